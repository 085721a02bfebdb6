import { readNumber } from '../metrics/read-recorded-metric.ts';
import type { LlmperfRecord, LlmperfSummary } from '../sample/imported.ts';

/*
 * LLMPerf before December 2023 (`llmval.py`, `llmperf.py`) wrote a summary of means (`<framework>-<time>.json`), and the
 * requests as a table of pandas, column by column (`…_raw.json`). Both are converted to the form of v2; other fields stay.
 */

type Fields = Record<string, unknown>;

const neededColumns = ['ttft', 'total_time', 'tokens_out'];

export function isV1Summary(value: Fields): boolean {
  const isLater = Object.keys(value).some((name) => name === 'results' || name.startsWith('results_'));
  return !isLater && ['mean_ttft', 'num_exceptions'].some((name) => typeof value[name] === 'number');
}

export function isV1Table(value: Fields): boolean {
  return neededColumns.every((name) => isFields(value[name]));
}

/** Adds the means and counts of a v1 summary under the names of v2; its TTFT is rounded to a millisecond. */
export function convertV1Summary(summary: Fields): LlmperfSummary {
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
  return { ...summary, ...Object.fromEntries(known) } as LlmperfSummary; // parsed from JSON: its values are JSON
}

/** Converts a v1 table to records of v2, in the order of its index. */
export function convertV1Table(table: Fields): LlmperfRecord[] {
  const columns = Object.entries(table).filter((entry): entry is [string, Fields] => isFields(entry[1]));
  const rows = new Set(columns.flatMap(([, column]) => Object.keys(column)));
  return [...rows]
    .toSorted((a, b) => Number(a) - Number(b))
    .map((row) => convertRow(Object.fromEntries(columns.map(([name, column]) => [name, column[row] ?? null]))));
}

/** v1 writes −1 for unknown values of a failure, and computes ITL and throughput only when it prints them. */
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
  return { ...record, valid, cause, id } as LlmperfRecord; // parsed from JSON: its values are JSON
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
