import { recordedSeries } from '../metrics/read-recorded-metric.ts';
import type { LlmperfRecord, LlmperfSummary, LlmperfVersion } from '../sample/imported.ts';
import { convertV1Summary, convertV1Table, isV1Summary, isV1Table } from './read-v1-file.ts';

/** The content of a file of either version, in the form of v2. */
export type LlmperfFile = { version: LlmperfVersion } & (
  | { kind: 'summary'; summary: LlmperfSummary }
  | { kind: 'individualResponses'; records: LlmperfRecord[] }
);
export type FileFault = { path: readonly (string | number)[]; fault: string; remedy: string };

/** A summary is stored with its run, a record with its sample, so both have a maximum size. */
const maxSummaryBytes = 60_000;
const maxRecordBytes = 200_000;

const recordFields = ['error_code', 'number_total_tokens', ...recordedSeries.map(({ series }) => series)];
const help =
  'Send a `*_summary.json` or `*_individual_responses.json` of token_benchmark_ray.py, or the two files of LLMPerf v1';

/**
 * Detects the type of a parsed file from its content: an object is a summary, or the table of requests of v1; an array is a
 * list of individual responses. Fields may be missing, unknown, or text instead of numbers.
 */
export function readLlmperfFile(value: unknown): LlmperfFile | FileFault {
  if (Array.isArray(value)) return readRecords(value, 'v2');
  if (isObject(value)) {
    if (isV1Table(value)) return readRecords(convertV1Table(value), 'v1');
    return isV1Summary(value) ? readSummary(convertV1Summary(value), 'v1') : readSummary(value, 'v2');
  }
  return { path: [], fault: 'is neither a summary (an object) nor individual responses (an array)', remedy: help };
}

function readSummary(summary: Record<string, unknown>, version: LlmperfVersion): LlmperfFile | FileFault {
  const names = Object.keys(summary);
  const fault = (text: string): FileFault => ({ path: [], fault: text, remedy: help });
  if (names.some((name) => name.startsWith('results_') && name.includes('mismatch')))
    return fault('is a summary of llm_correctness.py, which does not measure latency');
  const hasResults = names.some((name) => name === 'results' || name.startsWith('results_'));
  if (!hasResults) return fault('is not a summary of LLMPerf: it has no field whose name begins with results_');
  const bytes = Buffer.byteLength(JSON.stringify(summary));
  if (bytes > maxSummaryBytes) return fault(`is a summary of ${bytes} bytes; the maximum is ${maxSummaryBytes}`);
  return { kind: 'summary', version, summary: summary as LlmperfSummary }; // parsed from JSON: its values are JSON
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
        remedy: `Remove the texts of answers: a record can have at most ${maxRecordBytes} bytes`,
      };
    records.push(item as LlmperfRecord); // parsed from JSON: its values are JSON
  }
  if (records.length > 0 && !records.some((record) => recordFields.some((field) => field in record)))
    return {
      path: [],
      fault: `is an array without records of requests: no item has any of ${recordFields.join(', ')}`,
      remedy: help,
    };
  return { kind: 'individualResponses', version, records };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A string, which stays as it is, or a number of Python that JSON does not have. */
const stringOrWord = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/gs;

/**
 * Parses JSON as Python writes it: `NaN` and `Infinity` become null, as in pandas.
 * @throws SyntaxError if the text is not JSON
 */
export function parseLlmperfJson(text: string): unknown {
  const withoutMark = text.replace(/^\uFEFF/, '');
  return JSON.parse(withoutMark.replaceAll(stringOrWord, (match) => (match.startsWith('"') ? match : 'null')));
}
