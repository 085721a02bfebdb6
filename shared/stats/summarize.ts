import { z } from 'zod';
import { mean } from './mean.ts';
import { sortedQuantile } from './quantile.ts';
import { requireFinite } from './require-finite.ts';
import { sampleStandardDeviation } from './sample-standard-deviation.ts';
import { sortAscending } from './sort-ascending.ts';

const statistic = (text: string) => z.number().nullable().describe(text);

export const summarySchema = z.object({
  n: z.number().int().min(0).describe('How many values the statistics rest on'),
  mean: statistic('Arithmetic mean; null for n = 0'),
  stddev: statistic('Sample standard deviation (divisor n − 1); null for n < 2'),
  min: statistic('Smallest value'),
  p25: statistic('Quantile by linear interpolation (type 7), as are the others'),
  p50: statistic('Median'),
  p75: statistic('75th percentile'),
  p90: statistic('90th percentile'),
  p95: statistic('95th percentile'),
  p99: statistic('99th percentile'),
  max: statistic('Largest value'),
});
export type Summary = z.infer<typeof summarySchema>;

/**
 * All statistics of one series, on raw values, in the unit of the values. A statistic that n does not support is null:
 * all of them for n = 0, the standard deviation for n = 1, one beyond the range of doubles. Never NaN or infinite.
 * @param values finite numbers in any order; left as they are
 */
export function summarize(values: ArrayLike<number>): Summary {
  return summarizeSorted(sortAscending(new Float64Array(values)));
}

/** As `summarize`, of values in ascending order, which is not checked: what is not finite would stand at an end. */
export function summarizeSorted(sorted: Float64Array): Summary {
  requireFinite(sorted.subarray(0, 1), sorted.subarray(-1));
  const at = (p: number) => toFiniteOrNull(sortedQuantile(sorted, p));
  return {
    n: sorted.length,
    mean: toFiniteOrNull(mean(sorted)),
    stddev: toFiniteOrNull(sampleStandardDeviation(sorted)),
    min: sorted[0] ?? null,
    p25: at(0.25),
    p50: at(0.5),
    p75: at(0.75),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    max: sorted.at(-1) ?? null,
  };
}

function toFiniteOrNull(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
