import { llmperfRecordSchema } from '../../../sample/imported.ts';
import { notSentReasons, outcomes } from '../../../sample/outcome.ts';
import type { Sample } from '../../../sample/sample.ts';
import {
  checksumWords,
  columnNames,
  instantNames,
  newSampleColumns,
  type SampleColumns,
  textColumns,
} from '../../../sample/sample-columns.ts';

import { earlierWords } from '../upgrade-item.ts';

/* How a sample becomes whole numbers, one a column, and back. Each number is taken from its nearest likely neighbour. */

/** Null within a column. */
const none = Number.NaN;

/** Stored as microseconds; each instant as the time since the last one before it that is known. */
const timeNames = ['originWallMs', ...instantNames, 'dnsMs', 'connectMs', 'tlsMs', 'retryAfterMs'] as const;

/** The code of a text that recurs, each stored once a block; NaN for null. */
export type CodeOf = (text: string | null) => number;

/** What carries over from one sample of a block to the next. */
type Carried = { index: number; batch: number; attempt: number; originUs: number; instantUs: number };
const newCarried = (): Carried => ({ index: 0, batch: 0, attempt: 0, originUs: 0, instantUs: 0 });

const toUs = (ms: number | null) => (ms === null ? none : Math.round(ms * 1_000));
const toFlag = (flag: boolean | null) => (flag === null ? none : Number(flag));
/** What a number is counted from: its neighbour, where that is known. */
const over = (neighbour: number | null) => neighbour ?? 0;

/** A function that turns the samples of one block, one after another, into rows of whole numbers (NaN for null). */
export function newRowWriter(codeOf: CodeOf): (sample: Sample) => number[] {
  const carried = newCarried();
  return (sample) => [
    ...identityRow(sample, codeOf, carried),
    ...instantRow(sample, carried),
    ...connectionRow(sample.connection),
    sample.httpStatus ?? none,
    toUs(sample.retryAfterMs),
    codeOf(sample.error?.message ?? null),
    codeOf(sample.error?.code ?? null),
    codeOf(sample.finishReason),
    ...countRow(sample),
    ...usageRow(sample),
    codeOf(sample.checksum),
    toFlag(sample.checksumAnyOk),
    codeOf(sample.linesFromInput === null ? null : String(sample.linesFromInput)),
    (sample.requestedInputTokens ?? none) - over(sample.inputTokens),
    sample.conversationIndex ?? none,
    sample.turn ?? none,
    codeOf(sample.recorded === undefined ? null : JSON.stringify(sample.recorded)),
    sample.expectedNumber ?? none,
    (sample.answerNumber ?? none) - over(sample.expectedNumber),
  ];
}

/**
 * The reverse, a column at a time.
 * @param stored the columns of a block, in order, null for one without a value; they are made into those of the samples, in place
 * @param texts of the block, by code
 * @throws RangeError where a code stands for nothing, or a sample has no outcome
 */
export function readColumns(stored: readonly (Float64Array | null)[], length: number, texts: string[]): SampleColumns {
  const all = { ...newSampleColumns(length), texts };
  const { columns } = all;
  for (const [place, name] of columnNames.entries()) columns[name] = stored[place] ?? null;
  for (const name of ['requestIndex', 'batchIndex', 'attempt', 'originWallMs'] as const) addUp(columns[name]);
  addUpInstants(instantNames.map((name) => columns[name]).filter((column) => column !== null));
  for (const name of timeNames) toMs(columns[name]);
  // Each from its neighbour, which must be known by then.
  addTo(columns.outputTokens, columns.requestedOutputTokens);
  addTo(columns.outputEvents, columns.outputTokens);
  addTo(columns.reads, columns.outputEvents);
  addTo(columns.usageInputTokens, columns.inputTokens);
  addTo(columns.usageOutputTokens, columns.outputTokens);
  addTo(columns.requestedInputTokens, columns.inputTokens);
  addTo(columns.answerNumber, columns.expectedNumber);
  if (length > 0 && columns.outcome?.some(Number.isNaN) !== false) throw new RangeError('a sample has no outcome');
  readCodes(columns.outcome, texts, placeIn(outcomes));
  readCodes(columns.notSentReason, texts, placeIn(notSentReasons));
  readCodes(columns.checksum, texts, placeIn(checksumWords));
  readCodes(columns.linesFromInput, texts, Number);
  for (const name of textColumns) readCodes(columns[name], texts, (_, code) => code);
  const parse = (text: string) => all.records.push(llmperfRecordSchema.parse(JSON.parse(text))) - 1;
  readCodes(columns.recorded, texts, parse);
  return all;
}

/** How many columns a row has. */
export const columnCount = columnNames.length;
/** By the version of a block: older ones end before the last columns, which are then null. */
export const columnCounts: Readonly<Record<number, number>> = { 1: 39, 2: 42, 3: 43, 4: columnCount };

function identityRow(sample: Sample, codeOf: CodeOf, carried: Carried): number[] {
  const originUs = toUs(sample.originWallMs);
  const row = [
    sample.requestIndex - carried.index,
    Number(sample.warmup),
    sample.batchIndex - carried.batch,
    sample.attempt - carried.attempt,
    codeOf(sample.outcome),
    codeOf(sample.notSentReason),
    originUs - carried.originUs,
  ];
  Object.assign(carried, { index: sample.requestIndex, batch: sample.batchIndex, attempt: sample.attempt });
  if (!Number.isNaN(originUs)) carried.originUs = originUs;
  return row;
}

function instantRow(sample: Sample, carried: Carried): number[] {
  let before = carried.instantUs;
  let isFirst = true;
  return instantNames.map((name) => {
    const us = toUs(sample[name]);
    const row = us - before;
    if (Number.isNaN(us)) return none;
    before = us;
    if (isFirst) carried.instantUs = us;
    isFirst = false;
    return row;
  });
}

function connectionRow(connection: Sample['connection']): number[] {
  if (connection === null) return [none, none, none, none];
  const { reused, dnsMs, connectMs, tlsMs } = connection;
  return [Number(reused), toUs(dnsMs), toUs(connectMs), toUs(tlsMs)];
}

/** The output comes near what was asked for, its events near the output, and the reads near the events. */
function countRow(sample: Sample): number[] {
  const { requestedOutputTokens, inputTokens, outputTokens, outputEvents, reads, bytes } = sample;
  return [
    requestedOutputTokens ?? none,
    inputTokens ?? none,
    (outputTokens ?? none) - over(requestedOutputTokens),
    outputEvents - over(outputTokens),
    reads - outputEvents,
    bytes,
  ];
}

function usageRow({ usage, inputTokens, outputTokens }: Sample): number[] {
  if (usage === null) return [0, none, none, none, none];
  return [
    1,
    (usage.inputTokens ?? none) - over(inputTokens),
    (usage.outputTokens ?? none) - over(outputTokens),
    usage.cachedTokens ?? none,
    usage.reasoningTokens ?? none,
  ];
}

/** From differences to what they lead to, over rows that have none. */
function addUp(column: Float64Array | null): void {
  if (column === null) return;
  let value = 0;
  for (let row = 0; row < column.length; row++) {
    const next = value + (column[row] ?? 0);
    column[row] = next;
    if (!Number.isNaN(next)) value = next;
  }
}

/** From differences in a row, and of its first instant from that of the row before, to microseconds since instant 0. */
function addUpInstants(columns: readonly Float64Array[]): void {
  const length = columns[0]?.length ?? 0;
  let first = 0;
  for (let row = 0; row < length; row++) {
    let before = first;
    let isFirst = true;
    for (const column of columns) {
      const us = before + (column[row] ?? 0);
      if (Number.isNaN(us)) continue;
      column[row] = us;
      before = us;
      if (isFirst) first = us;
      isFirst = false;
    }
  }
}

function toMs(column: Float64Array | null): void {
  if (column === null) return;
  for (let row = 0; row < column.length; row++) column[row] = (column[row] ?? 0) / 1_000;
}

/** A difference from its neighbour, or from 0 where that is null. */
function addTo(column: Float64Array | null, neighbour: Float64Array | null): void {
  if (column === null || neighbour === null) return;
  for (let row = 0; row < column.length; row++) {
    const from = neighbour[row] ?? 0;
    if (!Number.isNaN(from)) column[row] = (column[row] ?? 0) + from;
  }
}

/** From codes of texts to what the texts stand for, each read once. */
function readCodes(
  column: Float64Array | null,
  texts: readonly string[],
  read: (text: string, code: number) => number,
): void {
  if (column === null) return;
  const known = new Float64Array(texts.length).fill(Number.NaN);
  for (let row = 0; row < column.length; row++) {
    const code = column[row] ?? Number.NaN;
    if (Number.isNaN(code)) continue;
    const text = texts[code];
    if (text === undefined) throw new RangeError(`there is no text ${code}`);
    if (Number.isNaN(known[code])) known[code] = read(text, code);
    column[row] = known[code] ?? Number.NaN;
  }
}

/** Reads a word as its place in the list. */
function placeIn(allowed: readonly string[]): (text: string) => number {
  return (text) => {
    const place = allowed.indexOf(earlierWords[text] ?? text);
    if (place < 0) throw new RangeError(`${JSON.stringify(text.slice(0, 40))} is not one of ${allowed.join(', ')}`);
    return place;
  };
}
