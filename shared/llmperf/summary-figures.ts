import { readNumber } from '../metrics/read-recorded-metrics.ts';
import type { LlmperfSummary } from '../sample/imported.ts';
import type { Summary } from '../stats/summarize.ts';

/** The statistics of LLMPerf by what we call them, as they stand in the name of a field: `results_<series>_<name>`. */
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

/** Numbers of a summary by the names of its fields, also where objects were not flattened. */
export type SummaryFigures = { number(field: string): number | null; value(field: string): unknown };

/** Reads a summary whether its `results` are one flat object, as LLMPerf writes them, or objects within objects. */
export function summaryFigures(summary: LlmperfSummary): SummaryFigures {
  const fields = new Map(flatten(summary));
  const value = (field: string) => fields.get(field) ?? null;
  return { value, number: (field) => readNumber(value(field)) };
}

function flatten(object: object, prefix = ''): [string, unknown][] {
  return Object.entries(object).flatMap(([name, value]) => {
    const own: [string, unknown] = [prefix + name, value];
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? [own, ...flatten(value, `${prefix}${name}_`)] : [own];
  });
}

/** How many requests a summary tells of: all that were counted, and those of them that failed. */
export function summaryCounts(figures: SummaryFigures): { requests: number; errors: number } | null {
  const errors =
    figures.number('results_number_errors') ??
    [...errorFrequencies(figures.value('results_error_code_frequency')).values()].reduce((sum, n) => sum + n, 0);
  const completed = figures.number('results_num_completed_requests');
  const counted = figures.number('results_num_requests_started');
  const requests = counted ?? (completed === null ? null : completed + errors);
  const isSound = requests !== null && Number.isInteger(requests) && Number.isInteger(errors) && errors >= 0;
  if (!isSound || requests < errors) return null;
  // What was started and neither failed nor completed is not known of any more; LLMPerf itself leaves no such gap.
  const ended = completed === null ? requests : Math.min(requests, Math.max(0, Math.trunc(completed)) + errors);
  return ended < 1 ? null : { requests: ended, errors };
}

/**
 * How often each error code came: LLMPerf writes the text of a Python dictionary (`{429.0: 130, -1.0: 2}`); an object is
 * taken, too. Codes that are whole numbers lose their `.0`.
 */
export function errorFrequencies(value: unknown): Map<string, number> {
  const pairs: [string, unknown][] =
    typeof value === 'string'
      ? [...value.matchAll(/(?:'([^']*)'|"([^"]*)"|([^\s:,{}'"]+))\s*:\s*(\d+)/g)].map((match) => [
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
