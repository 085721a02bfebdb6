import type { ColumnKind, Origin, SampleColumns } from '../../../sample/field-kinds.ts';
import { llmperfRecordSchema } from '../../../sample/imported.ts';
import { createTextIndex } from '../../../sample/sample-columns.ts';
import { type SampleColumn, sampleColumns } from '../../../sample/sample-fields.ts';
import { earlierWords } from '../upgrade-item.ts';

/*
 * How the columns of samples become those of a block, and back: whole numbers, each stored relative to what the table of
 * sample fields says, and texts, each stored once per block.
 */

const columnCount = sampleColumns.length;
/** By the version of a block: older ones end before the last columns, which are then null. */
export const columnCounts: Readonly<Record<number, number>> = { 1: 39, 2: 42, 3: 43, 4: columnCount };

const slotsFrom = (origin: Origin) => sampleColumns.filter(({ from }) => from === origin).map(({ slot }) => slot);
const rowSlots = slotsFrom('previousRow');
const instantSlots = slotsFrom('previousInstant');
/** By slot, so that an origin is known before what is relative to it. */
const relativeColumns = sampleColumns.flatMap(({ slot, from }) => {
  const origin = sampleColumns.find(({ name }) => name === from);
  return origin === undefined ? [] : [{ slot, originSlot: origin.slot }];
});
const timeColumns = sampleColumns.filter(({ isTime }) => isTime);
const textKinds: readonly ColumnKind[] = ['decimal', 'word', 'text', 'record'];
const textColumns = sampleColumns.filter(({ kind }) => textKinds.includes(kind));
const requiredWords = textColumns.filter(({ kind, isNullable }) => kind === 'word' && !isNullable);

/**
 * Turns columns of samples into those of a block, in place.
 * @returns the texts of the block, in the order in which they occur in its rows
 */
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
  for (const { slot } of timeColumns) toMicroseconds(columns[slot]);
  for (const { slot, originSlot } of relativeColumns.toReversed()) shiftColumn(columns[slot], columns[originSlot], -1);
  for (const slots of [...rowSlots.map((slot) => [slot]), instantSlots]) chainColumns(columns, slots, false);
  return texts;
}

/**
 * Turns the columns of a block into those of samples, in place.
 * @param stored null for a column without a value
 * @throws RangeError where an index points to nothing, or a sample has no outcome
 */
export function unpackColumns(
  stored: readonly (Float64Array | null)[],
  length: number,
  texts: string[],
): SampleColumns {
  const columns = sampleColumns.map(({ slot }) => stored[slot] ?? null);
  const all: SampleColumns = { length, columns, texts, records: [] };
  for (const slots of [...rowSlots.map((slot) => [slot]), instantSlots]) chainColumns(columns, slots, true);
  for (const { slot } of timeColumns) toMilliseconds(columns[slot]);
  for (const { slot, originSlot } of relativeColumns) shiftColumn(columns[slot], columns[originSlot], 1);
  for (const { slot, name } of requiredWords)
    if (length > 0 && columns[slot]?.some(Number.isNaN) !== false) throw new RangeError(`a sample has no ${name}`);
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
  if (text === undefined) throw new RangeError(`there is no text ${index}`);
  return text;
}

type OptionalColumn = Float64Array | null | undefined;

/** Replaces indices of texts by what the texts stand for, each parsed once. */
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

function toMicroseconds(column: OptionalColumn): void {
  if (column) for (let row = 0; row < column.length; row++) column[row] = Math.round((column[row] ?? 0) * 1_000);
}

function toMilliseconds(column: OptionalColumn): void {
  if (column) for (let row = 0; row < column.length; row++) column[row] = (column[row] ?? 0) / 1_000;
}

/** Adds or subtracts the origin, or 0 where that is null. */
function shiftColumn(column: OptionalColumn, origin: OptionalColumn, sign: 1 | -1): void {
  if (!column || !origin) return;
  for (let row = 0; row < column.length; row++) {
    const from = origin[row] ?? 0;
    if (!Number.isNaN(from)) column[row] = (column[row] ?? 0) + sign * from;
  }
}

/**
 * Replaces values by their differences, or the reverse: each from the known value before it in its row, and the first of a
 * row from the first of the row before.
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
