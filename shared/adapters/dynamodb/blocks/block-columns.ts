import type { ColumnKind, SampleColumns } from '../../../sample/field-kinds.ts';
import { llmperfRecordSchema } from '../../../sample/imported.ts';
import { createTextIndex } from '../../../sample/sample-columns.ts';
import { type Origin, type SampleColumn, sampleColumns } from '../../../sample/sample-fields.ts';
import { earlierWords } from '../record.ts';

/*
 * Converts sample columns to block columns and back. Block columns contain integers. Most are differences from a
 * reference value, which the sample field's `from` specifies. Each text is stored once per block.
 */

const columnCount = sampleColumns.length;
/** Number of columns by block version. Columns that an older version does not contain are read as null. */
export const columnCounts: Readonly<Record<number, number>> = {
  1: 39,
  2: 42,
  3: 43,
  4: 45,
  5: 46,
  6: 47,
  7: columnCount,
};

const slotsFrom = (origin: Origin) => sampleColumns.filter(({ from }) => from === origin).map(({ slot }) => slot);
const rowSlots = slotsFrom('previousRow');
const instantSlots = slotsFrom('previousInstant');
const toMicroseconds = (ms: number) => Math.round(ms * 1_000);
const toMilliseconds = (us: number) => us / 1_000;
/** Columns that are stored relative to another column, ordered so that each reference column is decoded first. */
const relativeColumns = sampleColumns.flatMap(({ slot, from }) => {
  const origin = sampleColumns.find(({ name }) => name === from);
  return origin === undefined ? [] : [{ slot, originSlot: origin.slot }];
});
const timeColumns = sampleColumns.filter(({ isTime }) => isTime);
const textKinds: readonly ColumnKind[] = ['decimal', 'word', 'text', 'record'];
const textColumns = sampleColumns.filter(({ kind }) => textKinds.includes(kind));
const requiredWords = textColumns.filter(({ kind, isNullable }) => kind === 'word' && !isNullable);

/** Converts sample columns to block columns, in place. Returns the block's texts in order of first occurrence. */
export function packColumns({ columns, length, ...lists }: SampleColumns): string[] {
  const texts: string[] = [];
  const indexText = createTextIndex(texts);
  for (let row = 0; row < length; row++) {
    for (const column of textColumns) {
      const values = columns[column.slot] ?? null;
      const value = values?.[row] ?? Number.NaN;
      if (values !== null && !Number.isNaN(value)) values[row] = indexText(formatText(column, value, lists));
    }
  }
  for (const { slot } of timeColumns) changeValues(columns[slot], toMicroseconds);
  for (const { slot, originSlot } of relativeColumns.toReversed()) shiftColumn(columns[slot], columns[originSlot], -1);
  for (const slots of [...rowSlots.map((slot) => [slot]), instantSlots]) chainColumns(columns, slots, false);
  return texts;
}

/**
 * Converts block columns to sample columns, in place. A column becomes null if it contains only nulls.
 * @throws RangeError if a text index is out of range or a required value is missing
 */
export function unpackColumns(
  stored: readonly (Float64Array | null)[],
  length: number,
  texts: string[],
): SampleColumns {
  const columns = sampleColumns.map(({ slot }) => stored[slot] ?? null);
  const all: SampleColumns = { length, columns, texts, records: [] };
  for (const slots of [...rowSlots.map((slot) => [slot]), instantSlots]) chainColumns(columns, slots, true);
  for (const { slot } of timeColumns) changeValues(columns[slot], toMilliseconds);
  for (const { slot, originSlot } of relativeColumns) shiftColumn(columns[slot], columns[originSlot], 1);
  for (const { slot, name } of requiredWords)
    if (length > 0 && columns[slot]?.some(Number.isNaN) !== false)
      throw new RangeError(`a sample has no value for ${name}`);
  for (const column of textColumns)
    readTexts(columns[column.slot], texts, (text, index) => parseText(column, text, index, all));
  return all;
}

type Lists = Pick<SampleColumns, 'texts' | 'records'>;

function formatText({ kind, words }: SampleColumn, value: number, { texts, records }: Lists): string {
  if (kind === 'decimal') return String(value);
  if (kind === 'record') return JSON.stringify(records[value]);
  return requireText(kind === 'word' ? words : texts, value);
}

function parseText({ kind, words }: SampleColumn, text: string, index: number, { records }: Lists): number {
  if (kind === 'decimal') return Number(text);
  if (kind === 'record') return records.push(llmperfRecordSchema.parse(JSON.parse(text))) - 1;
  if (kind === 'text') return index;
  const wordIndex = words.indexOf(earlierWords[text] ?? text);
  if (wordIndex < 0) throw new RangeError(`${JSON.stringify(text.slice(0, 40))} is not one of ${words.join(', ')}`);
  return wordIndex;
}

function requireText(list: readonly string[], index: number): string {
  const text = list[index];
  if (text === undefined) throw new RangeError(`it has no text with index ${index}`);
  return text;
}

type OptionalColumn = Float64Array | null | undefined;

/** Replaces each text index with the number that `parse` returns for the text. Parses each text only once. */
function readTexts(column: OptionalColumn, texts: readonly string[], parse: (text: string, index: number) => number) {
  if (!column) return;
  const known = new Float64Array(texts.length).fill(Number.NaN);
  for (let row = 0; row < column.length; row++) {
    const index = column[row] ?? Number.NaN;
    if (Number.isNaN(index)) continue;
    if (Number.isNaN(known[index] ?? Number.NaN)) known[index] = parse(requireText(texts, index), index);
    column[row] = known[index] ?? Number.NaN;
  }
}

function changeValues(column: OptionalColumn, change: (value: number) => number): void {
  if (column) for (let row = 0; row < column.length; row++) column[row] = change(column[row] ?? 0);
}

/** Adds the reference column (sign 1) or subtracts it (sign -1). A null reference value counts as 0. */
function shiftColumn(column: OptionalColumn, origin: OptionalColumn, sign: 1 | -1): void {
  if (!column || !origin) return;
  for (let row = 0; row < column.length; row++) {
    const from = origin[row] ?? 0;
    if (!Number.isNaN(from)) column[row] = (column[row] ?? 0) + sign * from;
  }
}

/**
 * Replaces values with differences, or differences with values if `isReverse`. Each value is relative to the previous
 * non-null value in its row. A row's first value is relative to the previous row's first value.
 */
function chainColumns(columns: readonly OptionalColumn[], slots: readonly number[], isReverse: boolean): void {
  const chain = slots.flatMap((slot) => columns[slot] ?? []);
  const length = chain[0]?.length ?? 0;
  let first = 0;
  for (let row = 0; row < length; row++) {
    let before = first;
    let isFirst = true;
    for (const column of chain) {
      const value = column[row] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const absolute = isReverse ? value + before : value;
      column[row] = isReverse ? absolute : value - before;
      before = absolute;
      if (isFirst) first = absolute;
      isFirst = false;
    }
  }
}
