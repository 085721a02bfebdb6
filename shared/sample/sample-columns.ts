import type { LlmperfRecord } from './imported.ts';

/*
 * Samples as columns: of each field one array with a number a row, NaN for null. A million samples are some 250 MB so,
 * and a garbage collector sees none of them. `SampleRow` reads a row as the sample that it is.
 */

/** The instants of a request, in the order in which they come about. */
export const instantNames = [
  'dueMs',
  'startMs',
  'sentMs',
  'headersMs',
  'firstReadMs',
  'firstOutputMs',
  'firstAnswerMs',
  'lastOutputMs',
  'endMs',
] as const;

/** Every field of a sample, in the order in which a block stores them: one to come is added at the end. */
export const columnNames = [
  'requestIndex',
  'warmup',
  'batchIndex',
  'attempt',
  'outcome',
  'notSentReason',
  'originWallMs',
  ...instantNames,
  'reused',
  'dnsMs',
  'connectMs',
  'tlsMs',
  'httpStatus',
  'retryAfterMs',
  'errorMessage',
  'errorCode',
  'finishReason',
  'requestedOutputTokens',
  'inputTokens',
  'outputTokens',
  'outputEvents',
  'reads',
  'bytes',
  'hasUsage',
  'usageInputTokens',
  'usageOutputTokens',
  'usageCachedTokens',
  'usageReasoningTokens',
  'checksum',
  'checksumAnyOk',
  'linesFromInput',
  'requestedInputTokens',
  'conversationIndex',
  'turn',
  'recorded',
  'expectedNumber',
  'answerNumber',
] as const;
export type ColumnName = (typeof columnNames)[number];

/** Of a checksum, which no other type names. */
export const checksumWords = ['ok', 'mismatch', 'absent'] as const;

/** Fields of any text: their columns hold places in `texts`. */
export const textColumns = ['errorMessage', 'errorCode', 'finishReason'] as const satisfies readonly ColumnName[];

export type SampleColumns = {
  length: number;
  /**
   * Null: the field is null in every row. Flags are 0 and 1; outcomes, reasons and checksums places in the lists of their
   * words.
   */
  columns: Record<ColumnName, Float64Array | null>;
  texts: string[];
  /** What was recorded of imported requests: the column `recorded` holds places in it. */
  records: LlmperfRecord[];
};

// `fromEntries` forgets the names; every one of them is given.
const noColumns = Object.fromEntries(columnNames.map((name) => [name, null])) as Record<ColumnName, null>;

export function newSampleColumns(length: number): SampleColumns {
  return { length, columns: { ...noColumns }, texts: [], records: [] };
}

/** The column, made where it is not there yet. */
export function columnOf({ columns, length }: SampleColumns, name: ColumnName): Float64Array {
  columns[name] ??= new Float64Array(length).fill(Number.NaN);
  return columns[name];
}

const isTextColumn: Partial<Record<ColumnName, boolean>> = Object.fromEntries(textColumns.map((name) => [name, true]));

/** A function that copies rows of other columns into these: row i to `rows[i]`, or nowhere where that is below 0. */
export function rowCopier(into: SampleColumns): (from: SampleColumns, rows: Int32Array) => void {
  const places = new Map<string, number>();
  const placeOf = (text: string) => {
    const place = places.get(text) ?? into.texts.push(text) - 1;
    places.set(text, place);
    return place;
  };
  return (from, rows) => {
    const texts = from.texts.map(placeOf);
    const records = from.records.map((record) => into.records.push(record) - 1);
    for (const name of columnNames) {
      const column = from.columns[name];
      if (column === null) continue;
      const places = isTextColumn[name] === true ? texts : name === 'recorded' ? records : null;
      copyColumn(column, rows, into, name, places);
    }
  };
}

function copyColumn(
  column: Float64Array,
  rows: Int32Array,
  into: SampleColumns,
  name: ColumnName,
  places: readonly number[] | null,
): void {
  let target = into.columns[name];
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? -1;
    const value = column[i] ?? Number.NaN;
    if (row < 0 || Number.isNaN(value)) continue;
    target ??= columnOf(into, name);
    target[row] = places === null ? value : (places[value] ?? Number.NaN);
  }
}
