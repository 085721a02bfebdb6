import type { StopWhen } from '../domain/load-schema.ts';
import type { Sample } from '../domain/sample.ts';
import { judgePrecision, type PrecisionVerdict } from '../stats/judge-precision.ts';
import { mean } from '../stats/mean.ts';
import { quantileOfSorted } from '../stats/quantile.ts';
import { quantileIntervalOfSorted } from '../stats/quantile-interval.ts';
import { tIntervalOfMean } from '../stats/t-interval.ts';
import { requestMetrics } from './request-metrics.ts';

export type Certainty = PrecisionVerdict & { n: number; value: number | null };

/**
 * Whether a statistic is known as well as asked: its 95 % interval (for a quantile the one of order statistics, for a mean
 * Student's) reaches no farther than `relativeHalfWidth` of the value to either side.
 * @param samples measured ones; those that are not ok do not count
 * @param requests of the stage, beyond which there is nothing to wait for
 */
export function judgeCertainty(rule: StopWhen, samples: Iterable<Sample>, requests: number): Certainty {
  const values: number[] = [];
  for (const sample of samples) {
    const value = sample.warmup || sample.outcome !== 'ok' ? null : requestMetrics(sample)[rule.metric];
    if (value !== null) values.push(value);
  }
  const sorted = Float64Array.from(values).sort();
  const { value, interval } = rule.statistic === 'mean' ? meanOf(sorted) : quantileOf(sorted, rule.statistic);
  const verdict = judgePrecision(sorted.length, value, interval, {
    relativePrecision: rule.relativeHalfWidth,
    minimumN: rule.minRequests,
    maximumN: requests,
  });
  return { ...verdict, n: sorted.length, value };
}

function meanOf(sorted: Float64Array) {
  return { value: mean(sorted), interval: tIntervalOfMean(sorted) };
}

function quantileOf(sorted: Float64Array, statistic: Exclude<StopWhen['statistic'], 'mean'>) {
  const p = Number(statistic.slice(1)) / 100;
  return { value: quantileOfSorted(sorted, p), interval: quantileIntervalOfSorted(sorted, p).interval };
}
