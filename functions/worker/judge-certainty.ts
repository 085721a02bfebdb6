import { computeRequestsBeforeStop, type StopWhen } from '../../shared/load/parts/load-fields.ts';
import { computeRequestMetric } from '../../shared/metrics/request-metrics.ts';
import type { Sample } from '../../shared/sample/sample.ts';
import type { Interval } from '../../shared/stats/interval.ts';
import { mean } from '../../shared/stats/mean.ts';
import { meanInterval } from '../../shared/stats/mean-interval.ts';
import { sortedQuantile } from '../../shared/stats/quantile.ts';
import { sortedQuantileInterval } from '../../shared/stats/quantile-interval.ts';
import { minimumNForMean } from '../../shared/stats/summarize.ts';

/** Returns a sample's value for a stop rule. Null for warm-up, failed, and disturbed samples, or without the metric. */
export function readCertaintyValue({ metric }: Pick<StopWhen, 'metric'>, sample: Sample): number | null {
  const isIncluded = !sample.warmup && sample.outcome === 'ok' && !sample.disturbed;
  return isIncluded ? computeRequestMetric(sample, metric) : null;
}

/**
 * Judges whether a statistic is as precise as a stop rule requires: half the width of its 95 % interval is at most
 * `relativeHalfWidth` of its value. The interval is a `meanInterval` or a `sortedQuantileInterval`.
 * @param values values of the samples (see `readCertaintyValue`), in any order
 * @param requests number of requests in the stage, which is the largest possible number of values
 */
export function judgeCertainty(rule: StopWhen, values: readonly number[], requests: number) {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  const { value, interval } = rule.statistic === 'mean' ? locateMean(sorted) : locateQuantile(sorted, rule.statistic);
  const verdict = judgePrecision(n, value, interval, {
    relativePrecision: rule.relativeHalfWidth,
    minimumN: computeRequestsBeforeStop(rule),
    maximumN: requests,
  });
  return { ...verdict, n, value };
}

function locateMean(sorted: Float64Array) {
  return { value: mean(sorted), interval: sorted.length < minimumNForMean ? null : meanInterval(sorted) };
}

function locateQuantile(sorted: Float64Array, statistic: Exclude<StopWhen['statistic'], 'mean'>) {
  const p = Number(statistic.slice(1)) / 100;
  return { value: sortedQuantile(sorted, p), interval: sortedQuantileInterval(sorted, p).interval };
}

type PrecisionRule = {
  /** Maximum half-width of the interval as a share of the estimate. Example: 0.05 means ± 5 %. */
  relativePrecision: number;
  /** Minimum number of values before the series may end. A shorter series can have a narrow interval by chance. */
  minimumN: number;
  /** Number of values at which the series ends even if the estimate is not precise enough. */
  maximumN: number;
};

type PrecisionVerdict = {
  /** `precise`: the interval is narrow enough. `limit`: there are `maximumN` values. Null: more values are needed. */
  reason: 'precise' | 'limit' | null;
  precision: number | null;
  /** Number of values at which to judge again: 10 % to 100 % more than now. Null if the series has ended. */
  nextN: number | null;
};

/**
 * Judges whether an estimate from n values is precise enough to stop. Each call can stop too early by chance, so call
 * the function again only at `nextN`. If the required interval is narrow, its coverage is close to the confidence
 * level. Otherwise, it is somewhat lower (Y. S. Chow and H. Robbins, Ann. Math. Statist. 36, 1965).
 */
export function judgePrecision(
  n: number,
  estimate: number | null,
  interval: Interval | null,
  { relativePrecision, minimumN, maximumN }: PrecisionRule,
): PrecisionVerdict {
  const precision = computeRelativePrecision(estimate, interval);
  if (n >= minimumN && precision !== null && precision <= relativePrecision)
    return { reason: 'precise', precision, nextN: null };
  if (n >= maximumN) return { reason: 'limit', precision, nextN: null };
  // The width of an interval shrinks with √n: if n = 100 gives ± 10 %, then ± 5 % needs about n = 400.
  const expected = precision === null ? 2 * n : Math.ceil(n * (precision / relativePrecision) ** 2);
  const stepped = Math.min(Math.max(expected, Math.ceil(1.1 * n), n + 1), Math.max(2 * n, n + 1));
  return { reason: null, precision, nextN: Math.min(Math.max(stepped, minimumN), maximumN) };
}

/** Computes (high − low) / (2·|estimate|). 0.05 means ± 5 %. Null without an interval or if the estimate is 0. */
function computeRelativePrecision(estimate: number | null, interval: Interval | null): number | null {
  if (estimate === null || interval === null || estimate === 0) return null;
  const precision = (interval.high - interval.low) / 2 / Math.abs(estimate);
  return Number.isFinite(precision) ? precision : null;
}
