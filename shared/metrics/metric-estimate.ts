import { z } from 'zod';
import { beyondRange, type Interval, intervalSchema } from '../stats/interval.ts';
import { compensatedSum } from '../stats/mean.ts';
import { meanInterval } from '../stats/mean-interval.ts';
import { ratioInterval } from '../stats/ratio-interval.ts';
import { minimumNForMean } from '../stats/summarize.ts';
import { createMetricValue, type MetricValue, metricValueSchema } from './metric-value.ts';

export const metricEstimateSchema = metricValueSchema
  .extend({
    interval: intervalSchema.nullable().default(null).describe('95 % interval, over requests as independent draws'),
    intervalReason: z.string().nullable().default(null).describe('Why a value has no interval'),
  })
  .meta({ id: 'MetricEstimate', description: 'A mean or a ratio of sums over requests, with its confidence interval' });
export type MetricEstimate = z.infer<typeof metricEstimateSchema>;

/** Estimates the mean of the values, multiplied by `scale`, with an interval. */
export function estimateMean(plain: MetricValue, values: ArrayLike<number>, scale = 1): MetricEstimate {
  return addInterval(plain, values.length, scale, () => {
    const interval = meanInterval(toFloats(values));
    return { interval, reason: interval === null ? beyondRange : null };
  });
}

/** Estimates `scale` times Σ numerator / Σ denominator, with an interval. Each request has one value in both lists. */
export function estimateRatio(
  plain: MetricValue,
  numerator: ArrayLike<number>,
  denominator: ArrayLike<number>,
  scale = 1,
): MetricEstimate {
  return addInterval(plain, numerator.length, scale, () => ratioInterval(toFloats(numerator), toFloats(denominator)));
}

/** Estimates Σ numerator / Σ denominator with its interval. The value is null if the denominators sum to 0. */
export function estimateRatioOfSums(
  numerator: ArrayLike<number>,
  denominator: ArrayLike<number>,
  reason: string,
): MetricEstimate {
  const [above, below] = [compensatedSum(numerator), compensatedSum(denominator)];
  const plain = createMetricValue(below === 0 ? null : above / below, numerator.length, reason);
  return estimateRatio(plain, numerator, denominator);
}

/** Copies the values only if they are not in a Float64Array yet, because there can be a million values. */
function toFloats(values: ArrayLike<number>): Float64Array {
  return values instanceof Float64Array ? values : Float64Array.from(values);
}

function addInterval(
  plain: MetricValue,
  n: number,
  scale: number,
  estimate: () => { interval: Interval | null; reason: string | null },
): MetricEstimate {
  const none = { ...plain, interval: null, intervalReason: null };
  if (plain.value === null) return none;
  if (n < minimumNForMean) return { ...none, intervalReason: `an interval needs ${minimumNForMean} requests` };
  const { interval, reason } = estimate();
  if (interval === null) return { ...none, intervalReason: reason };
  return { ...none, interval: { ...interval, low: interval.low * scale, high: interval.high * scale } };
}
