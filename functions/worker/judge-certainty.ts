import { requestsBeforeStop, type StopWhen } from '../../shared/load/parts/load-fields.ts';
import { computeRequestMetric } from '../../shared/metrics/request-metrics.ts';
import type { Sample } from '../../shared/sample/sample.ts';
import { judgePrecision, type PrecisionVerdict } from '../../shared/stats/judge-precision.ts';
import { mean } from '../../shared/stats/mean.ts';
import { meanInterval } from '../../shared/stats/mean-interval.ts';
import { sortedQuantile } from '../../shared/stats/quantile.ts';
import { sortedQuantileInterval } from '../../shared/stats/quantile-interval.ts';
import { minimumNForMean } from '../../shared/stats/summarize.ts';

/** Returns a sample's value for a stop rule. Returns null if it is warm-up, did not succeed, or lacks the metric. */
export function readCertaintyValue({ metric }: Pick<StopWhen, 'metric'>, sample: Sample): number | null {
  return sample.warmup || sample.outcome !== 'ok' ? null : computeRequestMetric(sample, metric);
}

export type Certainty = PrecisionVerdict & { n: number; value: number | null };

/**
 * Judges whether a statistic is as precise as a stop rule requires: half the width of its 95 % interval is at most
 * `relativeHalfWidth` of its value. The interval is a `meanInterval` or a `sortedQuantileInterval`.
 * @param values values of the samples (see `readCertaintyValue`), in any order
 * @param requests number of requests in the stage, which is the largest possible number of values
 */
export function judgeCertainty(rule: StopWhen, values: readonly number[], requests: number): Certainty {
  const sorted = Float64Array.from(values).sort();
  const { value, interval } = rule.statistic === 'mean' ? locateMean(sorted) : locateQuantile(sorted, rule.statistic);
  const verdict = judgePrecision(sorted.length, value, interval, {
    relativePrecision: rule.relativeHalfWidth,
    minimumN: requestsBeforeStop(rule),
    maximumN: requests,
  });
  return { ...verdict, n: sorted.length, value };
}

function locateMean(sorted: Float64Array) {
  return { value: mean(sorted), interval: sorted.length < minimumNForMean ? null : meanInterval(sorted) };
}

function locateQuantile(sorted: Float64Array, statistic: Exclude<StopWhen['statistic'], 'mean'>) {
  const p = Number(statistic.slice(1)) / 100;
  return { value: sortedQuantile(sorted, p), interval: sortedQuantileInterval(sorted, p).interval };
}
