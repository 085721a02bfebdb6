import { combineIntervals, type Located } from './combine-intervals.ts';
import { compareMedians } from './compare-medians.ts';
import type { Contrast, Contrasts } from './contrast.ts';
import { mannWhitney } from './mann-whitney.ts';
import { mean } from './mean.ts';
import { pairedMeanContrasts } from './paired-mean-contrasts.ts';
import { sortedQuantile } from './quantile.ts';
import { sortedQuantileInterval } from './quantile-interval.ts';
import { skewnessCorrectedInterval } from './skewness-corrected-interval.ts';
import { minimumNForMean } from './summary-intervals.ts';
import type { TestResult } from './test-result.ts';
import { wilcoxonSignedRank } from './wilcoxon-signed-rank.ts';

export type SampleComparison = {
  /** Whether value i of both belongs together; n is then the number of pairs. */
  paired: boolean;
  nBase: number;
  nTarget: number;
  mean: Contrasts;
  median: Contrasts;
  /** Wilcoxon signed-rank of pairs, else Mann-Whitney U. */
  test: TestResult;
};

/** The median has an interval from here on. */
const minimumN = 10;
/** The medians of more values than this are not resampled: their intervals are combined from one of each sample. */
const maxResampledN = 1_000;
const resampling = { seed: 1, resamples: 999 };

/**
 * Two samples side by side: difference and ratio of means and medians with 95 % intervals, and a test of whether the
 * difference could be chance. Null where a sample has fewer than 10 values.
 */
export function compareSamples(base: Float64Array, target: Float64Array, paired: boolean): SampleComparison | null {
  if (base.length < minimumN || target.length < minimumN) return null;
  const test = paired ? wilcoxonSignedRank(target.map((t, i) => t - (base[i] ?? 0))) : mannWhitney(base, target);
  if (test === null) return null;
  const few = base.length + target.length <= maxResampledN;
  const contrasts = {
    mean: meanContrasts(base, target, paired),
    median: few
      ? compareMedians(base, target, { ...resampling, paired })
      : combineIntervals(locateMedian(base), locateMedian(target)),
  };
  return { paired, nBase: base.length, nTarget: target.length, ...contrasts, test };
}

function meanContrasts(base: Float64Array, target: Float64Array, paired: boolean): Contrasts {
  const { difference, ratio } = paired
    ? pairedMeanContrasts(base, target)
    : combineIntervals(locateMean(base), locateMean(target));
  if (Math.min(base.length, target.length) >= minimumNForMean) return { difference, ratio };
  const reason = `of fewer than ${minimumNForMean} values no interval of the mean covers as often as it says`;
  const withoutInterval = ({ value }: Contrast): Contrast => ({ value, interval: null, reason });
  return { difference: withoutInterval(difference), ratio: withoutInterval(ratio) };
}

/** Of two samples together the farther ends that `meanInterval` takes would cover too often. */
function locateMean(values: Float64Array): Located {
  return requireLocated({ value: mean(values), interval: skewnessCorrectedInterval(values) });
}

function locateMedian(values: Float64Array): Located {
  const sorted = values.slice().sort();
  return requireLocated({ value: sortedQuantile(sorted, 0.5), interval: sortedQuantileInterval(sorted, 0.5).interval });
}

/** Both are there for any sample of ten values or more. */
function requireLocated({ value, interval }: { value: number | null; interval: Located['interval'] | null }): Located {
  if (value === null || interval === null) throw new Error('a sample this large has a location and its interval');
  return { value, interval };
}
