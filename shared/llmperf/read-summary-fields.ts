import { readNumber } from '../metrics/read-recorded-metric.ts';
import type { LlmperfSummary } from '../sample/imported.ts';
import type { Summary } from '../stats/summarize.ts';

/** Maps each statistic to `<name>` in LLMPerf's field names, `results_<series>_<name>`. */
export const llmperfStatistics = [
  ['p25', 'quantiles_p25'],
  ['p50', 'quantiles_p50'],
  ['p75', 'quantiles_p75'],
  ['p90', 'quantiles_p90'],
  ['p95', 'quantiles_p95'],
  ['p99', 'quantiles_p99'],
  ['mean', 'mean'],
  ['min', 'min'],
  ['max', 'max'],
  ['stddev', 'stddev'],
] as const satisfies readonly (readonly [Exclude<keyof Summary, 'n'>, string])[];

export type SummaryFields = { number(field: string): number | null; value(field: string): unknown };

/** Reads the fields of an LLMPerf summary. `results` may be flat (as LLMPerf writes it) or contain nested objects. */
export function readSummaryFields(summary: LlmperfSummary): SummaryFields {
  const fields = new Map(flattenFields(summary));
  const value = (field: string) => fields.get(field) ?? null;
  return { value, number: (field) => readNumber(value(field)) };
}

type Json = LlmperfSummary[string];

/** Maximum length of a joined name. A long name would be repeated for each field in its object. */
const maxNameLength = 200;

/**
 * Lists the fields of an object and of nested objects. Joins nested names with `_`, as in `results_ttft_s`. Omits fields
 * with long names, which LLMPerf and its forks do not have.
 */
export function flattenFields(object: LlmperfSummary, prefix = ''): [string, Json][] {
  return Object.entries(object).flatMap(([name, value]) => {
    if (prefix.length + name.length > maxNameLength) return [];
    const own: [string, Json] = [prefix + name, value];
    return isNested(value) ? [own, ...flattenFields(value, `${prefix}${name}_`)] : [own];
  });
}

export function isNested(value: Json): value is LlmperfSummary {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads the number of all requests and of failed requests. Returns null if these are missing or invalid. */
export function countSummaryRequests(fields: SummaryFields): { requests: number; errors: number } | null {
  const errors =
    fields.number('results_number_errors') ??
    [...parseErrorFrequencies(fields.value('results_error_code_frequency')).values()].reduce((sum, n) => sum + n, 0);
  const completed = fields.number('results_num_completed_requests');
  const counted = fields.number('results_num_requests_started');
  const requests = counted ?? (completed === null ? null : completed + errors);
  const isValid = requests !== null && Number.isInteger(requests) && Number.isInteger(errors) && errors >= 0;
  if (!isValid || requests < errors) return null;
  // Requests that started but neither failed nor completed have an unknown outcome, so they are not counted.
  const ended = completed === null ? requests : Math.min(requests, Math.max(0, Math.trunc(completed)) + errors);
  return ended < 1 ? null : { requests: ended, errors };
}

/** Parses error counts by code from an object or from Python text such as `{429.0: 130}`. Removes `.0` from codes. */
export function parseErrorFrequencies(value: unknown): Map<string, number> {
  const pairs: [string, unknown][] =
    typeof value === 'string'
      ? [...value.matchAll(/(?:'([^']*)'|"([^"]*)"|(?<![^\s:,{}'"])([^\s:,{}'"]+))\s*:\s*(\d+)/g)].map((match) => [
          match[1] ?? match[2] ?? match[3] ?? '',
          match[4],
        ])
      : Object.entries(typeof value === 'object' && value !== null ? value : {});
  const frequencies = new Map<string, number>();
  for (const [code, times] of pairs) {
    const count = readNumber(times);
    if (count !== null && count > 0) frequencies.set(code.replace(/\.0+$/, ''), count);
  }
  return frequencies;
}
