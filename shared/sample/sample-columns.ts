import type { SampleColumns } from './field-kinds.ts';
import type { LlmperfRecord } from './imported.ts';
import type { Sample } from './sample.ts';
import { type SampleColumn, sampleColumns } from './sample-fields.ts';

/** Creates columns for `length` samples. All fields are null. */
export function createSampleColumns(length: number): SampleColumns {
  return { length, columns: sampleColumns.map(() => null), texts: [], records: [] };
}

/** Creates a function that writes a sample to an empty row of the columns. */
export function createRowWriter(into: SampleColumns): (row: number, sample: Sample) => void {
  const indexText = createTextIndex(into.texts);
  const toNumber = ({ kind, words }: SampleColumn, value: unknown) => {
    if (value === null || value === undefined) return Number.NaN;
    if (kind === 'word') return words.indexOf(String(value));
    if (kind === 'text') return indexText(String(value));
    if (kind === 'record') return into.records.push(value as LlmperfRecord) - 1; // The schema guarantees the type
    return Number(value);
  };
  return (row, sample) => {
    for (const column of sampleColumns) {
      const value = toNumber(column, column.pick(sample));
      if (!Number.isNaN(value)) openColumn(into, column.slot)[row] = value;
    }
  };
}

/** Creates a function that copies row i of other columns to row `rows[i]`, or skips it if `rows[i]` is negative. */
export function createRowCopier(into: SampleColumns): (from: SampleColumns, rows: Int32Array) => void {
  const indexText = createTextIndex(into.texts);
  return (from, rows) => {
    const texts = from.texts.map(indexText);
    const records = from.records.map((record) => into.records.push(record) - 1);
    for (const { slot, kind } of sampleColumns) {
      const column = from.columns[slot] ?? null;
      if (column !== null)
        copyColumn(column, rows, into, slot, kind === 'text' ? texts : kind === 'record' ? records : null);
    }
  };
}

function copyColumn(
  column: Float64Array,
  rows: Int32Array,
  into: SampleColumns,
  slot: number,
  places: readonly number[] | null,
): void {
  let target = into.columns[slot] ?? null;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? -1;
    const value = column[i] ?? Number.NaN;
    if (row < 0 || Number.isNaN(value)) continue;
    target ??= openColumn(into, slot);
    target[row] = places === null ? value : (places[value] ?? Number.NaN);
  }
}

/** Returns the column with this slot number, and creates it if it does not exist yet. */
function openColumn({ columns, length }: SampleColumns, slot: number): Float64Array {
  const column = columns[slot] ?? new Float64Array(length).fill(Number.NaN);
  columns[slot] = column;
  return column;
}

/** Creates a function that returns a text's index in the list. Adds the text to the list if the list lacks it. */
export function createTextIndex(list: string[]): (text: string) => number {
  const indices = new Map<string, number>();
  return (text) => {
    const index = indices.get(text) ?? list.push(text) - 1;
    indices.set(text, index);
    return index;
  };
}
