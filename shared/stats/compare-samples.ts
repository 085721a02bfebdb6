import { combineIntervals, type Located } from './combine-intervals.ts';
import { compareMedians } from './compare-medians.ts';
import { beyondRange, type Contrast, type Contrasts } from './interval.ts';
import { mean } from './mean.ts';
import { meanInterval, skewnessCorrectedInterval } from './mean-interval.ts';
import { sortedQuantile } from './quantile.ts';
import { sortedQuantileInterval } from './quantile-interval.ts';
import { ratioInterval } from './ratio-interval.ts';
import { minimumNForMean } from './summarize.ts';
import { mannWhitney, type TestResult, wilcoxonSignedRank } from './test-ranks.ts';

export type SampleComparison = {
  /** Whether the values at position i of both samples are a pair. If true, each n is the number of pairs. */
  paired: boolean;
  nBase: number;
  nTarget: number;
  mean: Contrasts;
  median: Contrasts;
  /** Wilcoxon's signed-rank test for paired samples, otherwise the Mann-Whitney U test. */
  test: TestResult;
};

/** The smallest n for which the median has an interval. */
const minimumN = 10;
/** Maximum total size of two samples to resample. For larger samples, combines the medians' intervals instead. */
const maxResampledN = 1_000;
const resampling = { seed: 1, resamples: 999 };

/**
 * Compares two samples: difference and ratio of their means and medians with 95 % intervals, and a test of whether the
 * distributions are equal. Returns null if a sample has fewer than 10 values.
 */
export function compareSamples(base: Float64Array, target: Float64Array, paired: boolean): SampleComparison | null {
  if (base.length < minimumN || target.length < minimumN) return null;
  const test = paired ? wilcoxonSignedRank(target.map((t, i) => t - (base[i] ?? 0))) : mannWhitney(base, target);
  if (test === null) return null;
  const median =
    base.length + target.length <= maxResampledN
      ? compareMedians(base, target, { ...resampling, paired })
      : combineIntervals(locateMedian(base), locateMedian(target));
  const mean = compareMeans(base, target, paired);
  return { paired, nBase: base.length, nTarget: target.length, mean, median, test };
}

function compareMeans(base: Float64Array, target: Float64Array, paired: boolean): Contrasts {
  const { difference, ratio } = paired
    ? pairedMeanContrasts(base, target)
    : combineIntervals(locateMean(base), locateMean(target));
  if (Math.min(base.length, target.length) >= minimumNForMean) return { difference, ratio };
  const reason = `an interval of the mean needs at least ${minimumNForMean} values`;
  const withoutInterval = ({ value }: Contrast): Contrast => ({ value, interval: null, reason });
  return { difference: withoutInterval(difference), ratio: withoutInterval(ratio) };
}

/** Uses the skewness-corrected interval, because combining two `meanInterval`s would give too wide an interval. */
function locateMean(values: Float64Array): Located {
  return requireLocated({ value: mean(values), interval: skewnessCorrectedInterval(values) });
}

function locateMedian(values: Float64Array): Located {
  const sorted = values.slice().sort();
  return requireLocated({ value: sortedQuantile(sorted, 0.5), interval: sortedQuantileInterval(sorted, 0.5).interval });
}

function requireLocated({ value, interval }: { value: number | null; interval: Located['interval'] | null }): Located {
  if (value === null || interval === null) throw new Error('A sample of 10 or more values must have an interval');
  return { value, interval };
}

/**
 * Compares the means of paired values. The difference's interval is the `meanInterval` of the pairs' differences. The
 * ratio's interval is a `ratioInterval`. The ratio is null unless the base's mean is above 0. The ratio's interval is
 * null if the base's mean may be 0.
 */
export function pairedMeanContrasts(base: Float64Array, target: Float64Array, level = 0.95): Contrasts {
  const differences = target.map((t, i) => t - (base[i] ?? Number.NaN));
  const interval = meanInterval(differences, level);
  const missing = base.length < 3 ? 'an interval needs at least 3 pairs' : beyondRange;
  const difference = { value: mean(differences), interval, reason: interval === null ? missing : null };
  return { difference, ratio: ratioInterval(target, base, level) };
}
