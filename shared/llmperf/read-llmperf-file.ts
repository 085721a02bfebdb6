import { recordedSeries } from '../metrics/read-recorded-metrics.ts';
import type { LlmperfRecord, LlmperfSummary, LlmperfVersion } from '../sample/imported.ts';
import { isV1Summary, isV1Table, recordsOfV1, summaryOfV1 } from './read-v1-file.ts';

/** What a file says, in the form of v2 whichever version wrote it. */
export type LlmperfFile = { version: LlmperfVersion } & (
  | { kind: 'summary'; summary: LlmperfSummary }
  | { kind: 'individualResponses'; records: LlmperfRecord[] }
);
/** Why a value is no file of LLMPerf, and where in it. */
export type FileFault = { path: readonly (string | number)[]; fault: string; remedy: string };

/** A summary is kept whole with its run, a record with its sample: both must fit in. */
const maxSummaryBytes = 60_000;
const maxRecordBytes = 200_000;

const recordFields = ['error_code', 'number_total_tokens', ...recordedSeries.map(({ series }) => series)];
const help =
  'Give a `*_summary.json` or `*_individual_responses.json` of token_benchmark_ray.py, or the two files of LLMPerf v1';

/**
 * Tells a parsed file of LLMPerf's load test by its content, whatever its name: an object is a summary (or the table of
 * requests of v1), a list is the individual responses. Fields may be missing, more than are known, or texts in place of numbers.
 */
export function readLlmperfFile(value: unknown): LlmperfFile | FileFault {
  if (Array.isArray(value)) return readRecords(value, 'v2');
  if (isObject(value)) {
    if (isV1Table(value)) return readRecords(recordsOfV1(value), 'v1');
    return isV1Summary(value) ? readSummary(summaryOfV1(value), 'v1') : readSummary(value, 'v2');
  }
  return { path: [], fault: 'is neither a summary (an object) nor individual responses (a list)', remedy: help };
}

function readSummary(summary: Record<string, unknown>, version: LlmperfVersion): LlmperfFile | FileFault {
  const names = Object.keys(summary);
  const fault = (text: string): FileFault => ({ path: [], fault: text, remedy: help });
  if (names.some((name) => name.startsWith('results_') && name.includes('mismatch')))
    return fault('is a summary of llm_correctness.py, which measures no latency');
  const isOne = names.some((name) => name === 'results' || name.startsWith('results_'));
  if (!isOne) return fault('is no summary of LLMPerf: none of its fields begins with results_');
  const bytes = Buffer.byteLength(JSON.stringify(summary));
  if (bytes > maxSummaryBytes) return fault(`is a summary of ${bytes} bytes; at most ${maxSummaryBytes} are taken`);
  return { kind: 'summary', version, summary: summary as LlmperfSummary }; // parsed from JSON: its values are JSON
}

function readRecords(items: readonly unknown[], version: LlmperfVersion): LlmperfFile | FileFault {
  const records: LlmperfRecord[] = [];
  for (const [index, item] of items.entries()) {
    if (!isObject(item))
      return { path: [index], fault: 'is not an object, as the record of a request is', remedy: help };
    const bytes = Buffer.byteLength(JSON.stringify(item));
    if (bytes > maxRecordBytes)
      return {
        path: [index],
        fault: `is a record of ${bytes} bytes`,
        remedy: `Leave out the texts of answers: a record may have ${maxRecordBytes} bytes`,
      };
    records.push(item as LlmperfRecord); // parsed from JSON: its values are JSON
  }
  if (records.length > 0 && !records.some((record) => recordFields.some((field) => field in record)))
    return {
      path: [],
      fault: `is a list without records of requests: no item has any of ${recordFields.join(', ')}`,
      remedy: help,
    };
  return { kind: 'individualResponses', version, records };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
