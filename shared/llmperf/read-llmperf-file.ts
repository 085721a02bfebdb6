import { readNumber, recordedSeries } from '../metrics/read-recorded-metric.ts';
import type { LlmperfRecord, LlmperfSummary, LlmperfVersion } from '../sample/imported.ts';
import { convertForkRecords, type ImportTimeUnit } from './forks/convert-fork.ts';
import { convertForkSummary } from './forks/convert-fork-summary.ts';
import { readFieldName } from './forks/fork-fields.ts';

/**
 * Content of an LLMPerf file, converted to the format of LLMPerf v2 (since December 2023). `notes` are sentences about the
 * fields of a fork.
 */
export type LlmperfFile = { version: LlmperfVersion; notes: string[] } & (
  | { kind: 'summary'; summary: LlmperfSummary }
  | { kind: 'individualResponses'; records: LlmperfRecord[] }
);
export type FileFault = { path: readonly (string | number)[]; fault: string; remedy: string };

/** Maximum sizes in bytes. A summary must fit in the run's database item. A record must fit in its sample's block. */
const maxSummaryBytes = 60_000;
const maxRecordBytes = 200_000;

const recordFields: readonly string[] = [
  'error_code',
  'number_total_tokens',
  ...recordedSeries.map(({ series }) => series),
];
const help =
  'Send a `*_summary.json` or `*_individual_responses.json` of token_benchmark_ray.py, or the two files of LLMPerf v1';

/**
 * Detects the type of a parsed file from its content. An object is a summary or, in LLMPerf v1, a table of requests. An
 * array is a list of individual responses. Fields may be missing, unknown, or text instead of numbers.
 */
export function readLlmperfFile(
  value: unknown,
  { timeUnit = null, records = [] }: { timeUnit?: ImportTimeUnit | null; records?: readonly LlmperfRecord[] } = {},
): LlmperfFile | FileFault {
  if (Array.isArray(value)) return readForkRecords(readRecords(value, 'v2'), timeUnit);
  if (isObject(value)) {
    if (isV1Table(value)) return readRecords(convertV1Table(value), 'v1');
    if (isV1Summary(value)) return readSummary(convertV1Summary(value), 'v1');
    const summary = value as LlmperfSummary; // parsed from JSON, so all values are JSON
    return readForkSummary(convertForkSummary(summary, timeUnit, records));
  }
  return {
    path: [],
    fault: 'is neither a summary (a JSON object) nor individual responses (a JSON array)',
    remedy: help,
  };
}

function readSummary(summary: Record<string, unknown>, version: LlmperfVersion): LlmperfFile | FileFault {
  const names = Object.keys(summary);
  const fault = (text: string): FileFault => ({ path: [], fault: text, remedy: help });
  if (names.some((name) => name.startsWith('results_') && name.includes('mismatch')))
    return fault('is a summary of llm_correctness.py, which does not measure latency');
  const hasResults = names.some((name) => name === 'results' || name.startsWith('results_'));
  if (!hasResults) return fault('is not an LLMPerf summary, because no field name starts with results_');
  const bytes = Buffer.byteLength(JSON.stringify(summary));
  if (bytes > maxSummaryBytes) return fault(`is a summary of ${bytes} bytes; the maximum is ${maxSummaryBytes}`);
  return { kind: 'summary', version, notes: [], summary: summary as LlmperfSummary }; // parsed from JSON, so all values are JSON
}

function readForkSummary(converted: ReturnType<typeof convertForkSummary>): LlmperfFile | FileFault {
  if ('fault' in converted) return { path: [], ...converted };
  return { ...readSummary(converted.summary, 'v2'), notes: converted.notes };
}

/** Adds LLMPerf's fields to the records of a fork. */
function readForkRecords(file: LlmperfFile | FileFault, timeUnit: ImportTimeUnit | null): LlmperfFile | FileFault {
  if ('fault' in file || file.kind === 'summary') return file;
  const converted = convertForkRecords(file.records, timeUnit);
  return 'fault' in converted ? { path: [], ...converted } : { ...file, ...converted };
}

function readRecords(items: readonly unknown[], version: LlmperfVersion): LlmperfFile | FileFault {
  const records: LlmperfRecord[] = [];
  for (const [index, item] of items.entries()) {
    if (!isObject(item)) return { path: [index], fault: 'is not an object', remedy: help };
    const bytes = Buffer.byteLength(JSON.stringify(item));
    if (bytes > maxRecordBytes)
      return {
        path: [index],
        fault: `is a record of ${bytes} bytes`,
        remedy: `Remove the response texts from the record. A record can have at most ${maxRecordBytes} bytes`,
      };
    records.push(item as LlmperfRecord); // parsed from JSON, so all values are JSON
  }
  if (records.length > 0 && !records.some(isLlmperfRecord))
    return {
      path: [],
      fault: `is an array that contains no LLMPerf records: no item has any of the fields ${recordFields.join(', ')}`,
      remedy: help,
    };
  return { kind: 'individualResponses', version, notes: [], records };
}

/** Returns whether a record has a field of LLMPerf or of a fork. */
function isLlmperfRecord(record: LlmperfRecord): boolean {
  return Object.keys(record).some((name) => recordFields.includes(name) || readFieldName(name) !== null);
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Matches an escaped character, a quote, or a Python number that JSON does not support. */
const mark = /\\.|"|-?\b(?:NaN|Infinity)\b/gs;

/**
 * Parses JSON that Python wrote: `NaN` and `Infinity` become null. JSON Lines with several lines become a list.
 * @throws SyntaxError if the text is neither
 */
export function parseLlmperfJson(text: string): unknown {
  let isInString = false;
  const valid = text.replace(/^\uFEFF/, '').replaceAll(mark, (found) => {
    if (found === '"') isInString = !isInString;
    return isInString || found === '"' || found.startsWith('\\') ? found : 'null';
  });
  const lines = valid.split('\n').filter((line) => line.trim() !== '');
  const areLines = lines.length > 1 && lines.every((line) => /^\s*\{.*\}\s*$/.test(line));
  return areLines ? lines.map((line): unknown => JSON.parse(line)) : JSON.parse(valid);
}

/*
 * LLMPerf before December 2023 (v1: `llmval.py`, `llmperf.py`) wrote a summary of means (`<framework>-<time>.json`) and
 * a pandas table of the requests, column by column (`…_raw.json`). The functions below convert both files to v2.
 */

type Fields = Record<string, unknown>;

const neededColumns = ['ttft', 'total_time', 'tokens_out'];
/** All columns that are read. A row of a table with many others would need much time. */
const readColumns = [...neededColumns, 'tokens_in', 'valid', 'cause', 'id'];

function isV1Summary(value: Fields): boolean {
  const isLater = Object.keys(value).some((name) => name === 'results' || name.startsWith('results_'));
  return !isLater && ['mean_ttft', 'num_exceptions'].some((name) => typeof value[name] === 'number');
}

function isV1Table(value: Fields): boolean {
  return neededColumns.every((name) => isObject(value[name]));
}

/** Converts a summary of LLMPerf v1: adds its means and counts under the field names of v2. */
function convertV1Summary(summary: Fields): LlmperfSummary {
  const read = (name: string) => readNumber(summary[name]);
  const counts = ['num_valid', 'num_mismatch', 'num_exceptions'].map(read);
  const requests = counts.every((count) => count !== null)
    ? counts.reduce((sum: number, n) => sum + (n ?? 0), 0)
    : null;
  const errors = read('num_exceptions');
  const seconds = (name: string) => {
    const ms = read(name);
    return ms === null ? null : ms / 1_000;
  };
  const later = {
    num_concurrent_requests: read('concur_requests'),
    results_num_requests_started: requests,
    results_number_errors: errors,
    results_num_completed_requests: requests === null || errors === null ? null : requests - errors,
    results_end_to_end_latency_s_mean: read('total_time'),
    results_ttft_s_mean: seconds('mean_ttft'),
    results_inter_token_latency_s_mean: seconds('inter_token_delay'),
    results_request_output_throughput_token_per_s_mean: read('out_tokens_per_s'),
    results_number_input_tokens_mean: read('mean_tokens_in'),
    results_number_output_tokens_mean: read('mean_tokens_out'),
  };
  const known = Object.entries(later).filter(([, value]) => value !== null);
  return { ...summary, ...Object.fromEntries(known) } as LlmperfSummary; // parsed from JSON, so all values are JSON
}

/** Converts a table of LLMPerf v1 to records of v2, in the order of the table's index. */
function convertV1Table(table: Fields): LlmperfRecord[] {
  const columns = readColumns.flatMap((name): [string, Fields][] => {
    const column = table[name];
    return isObject(column) ? [[name, column]] : [];
  });
  const rows = new Set(columns.flatMap(([, column]) => Object.keys(column)));
  return [...rows]
    .toSorted((a, b) => Number(a) - Number(b))
    .map((row) => convertRow(Object.fromEntries(columns.map(([name, column]) => [name, column[row] ?? null]))));
}

/** Converts a table row of LLMPerf v1. A row has no ITL or speed, and −1 for unknown values of a failed request. */
function convertRow(row: Fields): LlmperfRecord {
  const isFailure = row['valid'] === 'Exception';
  const read = (name: string) => (isFailure ? null : readNumber(row[name]));
  const [ttft, total, input, output] = [read('ttft'), read('total_time'), read('tokens_in'), read('tokens_out')];
  const ratio = (a: number | null, b: number | null) => (a === null || b === null || b === 0 ? null : a / b);
  const record = {
    error_code: isFailure ? -1 : null,
    error_msg: isFailure ? String(row['cause'] ?? '') : '',
    inter_token_latency_s: ratio(total, output),
    ttft_s: ttft,
    end_to_end_latency_s: total,
    request_output_throughput_token_per_s: ratio(output, total),
    number_total_tokens: input === null || output === null ? null : input + output,
    number_output_tokens: output,
    number_input_tokens: input,
  };
  const { valid = null, cause = null, id = null } = row;
  return { ...record, valid, cause, id } as LlmperfRecord; // parsed from JSON, so all values are JSON
}
