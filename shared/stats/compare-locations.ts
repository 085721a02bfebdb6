import { bcaInterval } from './bca-interval.ts';
import type { Interval } from './interval.ts';
import { leaveOneOutMeans } from './leave-one-out-means.ts';
import { mean } from './mean.ts';
import { percentileInterval } from './percentile-interval.ts';
import { quantile } from './quantile.ts';
import { resampleMeans } from './resample-means.ts';
import { resampleMedians } from './resample-medians.ts';
import type { Resampling } from './resampling.ts';
import { resamplingGenerator } from './resampling-generator.ts';

/** `reason` says why there is no interval. */
export type Contrast = { value: number | null; interval: Interval | null; reason: string | null };

export type LocationComparison = Resampling & {
  base: number;
  target: number;
  /** target − base, in the unit of the values. */
  difference: Contrast;
  /** target / base; null where a base is not above 0. */
  ratio: Contrast;
};

export type LocationOptions = Resampling & { statistic: 'mean' | 'median'; paired: boolean; level?: number };

/**
 * Difference and ratio of the means or of the medians of two samples, with bootstrap intervals from the same resamples: BCa
 * for means; percentile for medians, whose jackknife says nothing about their spread. Unpaired samples are resampled
 * apart; of paired ones (the same prompts) pairs are, so that what the prompts have in common cancels out.
 * Null for a sample of fewer than two values. It costs (nBase + nTarget)·resamples draws: `combineIntervals` is for more.
 * @param base the sample in the denominator; paired: value i of both belongs to prompt i
 */
export function compareLocations(
  base: Float64Array,
  target: Float64Array,
  options: LocationOptions,
): LocationComparison | null {
  const { statistic, paired, seed, resamples, level = 0.95 } = options;
  if (paired && base.length !== target.length) throw new Error('pairs need two samples of one length');
  if (base.length < 2 || target.length < 2) return null;
  const replicates = replicatesOf(base, target, options);
  const ends = { base: locate(base, statistic), target: locate(target, statistic) };
  const contrast = (of: (target: number, base: number) => number): Contrast => {
    const value = of(ends.target, ends.base);
    if (!Number.isFinite(value)) return { value: null, interval: null, reason: 'the base is not above 0' };
    const values = replicates.target.map((t, b) => of(t, replicates.base[b] ?? Number.NaN));
    const interval =
      statistic === 'median'
        ? percentileInterval(values, level)
        : bcaInterval(value, values, jackknivesOf(base, target, paired, ends, of), level);
    return { value, interval, reason: interval === null ? 'some resamples have no such value' : null };
  };
  const difference = contrast((t, b) => t - b);
  return { ...ends, difference, ratio: contrast((t, b) => (b > 0 ? t / b : Number.NaN)), seed, resamples };
}

function locate(values: Float64Array, statistic: 'mean' | 'median'): number {
  return (statistic === 'mean' ? mean(values) : quantile(values, 0.5)) ?? Number.NaN;
}

function replicatesOf(base: Float64Array, target: Float64Array, options: LocationOptions) {
  const { statistic, paired, seed, resamples } = options;
  const resample = statistic === 'mean' ? resampleMeans : resampleMedians;
  const random = resamplingGenerator(seed, `${statistic}s, ${paired ? 'pairs' : 'two samples'}`);
  const none = new Float64Array();
  if (paired) {
    const [ofBase = none, ofTarget = none] = resample([base, target], resamples, random);
    return { base: ofBase, target: ofTarget };
  }
  const [ofBase = none] = resample([base], resamples, random);
  const [ofTarget = none] = resample([target], resamples, random);
  return { base: ofBase, target: ofTarget };
}

/** The contrast without each pair, or, where nothing is paired, without each value of one sample and then of the other. */
function jackknivesOf(
  base: Float64Array,
  target: Float64Array,
  paired: boolean,
  ends: { base: number; target: number },
  of: (target: number, base: number) => number,
): Float64Array[] {
  const bases = leaveOneOutMeans(base);
  const targets = leaveOneOutMeans(target);
  if (paired) return [targets.map((t, i) => of(t, bases[i] ?? Number.NaN))];
  return [bases.map((b) => of(ends.target, b)), targets.map((t) => of(t, ends.base))];
}
