import { bcaInterval } from './bca-interval.ts';
import type { Interval } from './interval.ts';
import { leaveOneOutMeans } from './leave-one-out-means.ts';
import { mean } from './mean.ts';
import { resampleMeans } from './resample-means.ts';
import type { Resampling } from './resampling.ts';
import { resamplingGenerator } from './resampling-generator.ts';

export type Bootstrapped = Resampling & { value: number; interval: Interval | null };

/**
 * Σ numerator / Σ denominator over the same requests (tokens per second of all of them together, say), with its BCa
 * interval: pairs are resampled as pairs. Null for n < 2 or where the denominators do not sum to more than 0; the interval
 * is null where those of a resample do not.
 * @param numerator and denominator of one length, a pair per request
 */
export function bootstrapRatioOfSums(
  numerator: Float64Array,
  denominator: Float64Array,
  resampling: Resampling & { level?: number },
): Bootstrapped | null {
  const { seed, resamples, level = 0.95 } = resampling;
  const above = mean(numerator);
  const below = mean(denominator);
  if (above === null || below === null || !(below > 0) || numerator.length < 2) return null;
  const ratios = ([a, b]: Float64Array[]) =>
    a === undefined || b === undefined ? new Float64Array() : a.map((value, i) => over(value, b[i] ?? 0));
  const columns = [numerator, denominator];
  const replicates = ratios(resampleMeans(columns, resamples, resamplingGenerator(seed, 'ratio of sums')));
  const jackknife = ratios(columns.map(leaveOneOutMeans));
  const value = above / below;
  return { value, interval: bcaInterval(value, replicates, [jackknife], level), seed, resamples };
}

function over(numerator: number, denominator: number): number {
  return denominator > 0 ? numerator / denominator : Number.NaN;
}
