import { z } from 'zod';
import { beyondRange, type Interval, intervalSchema } from '../stats/interval.ts';
import { compensatedSum } from '../stats/mean.ts';
import { meanInterval } from '../stats/mean-interval.ts';
import { ratioInterval } from '../stats/ratio-interval.ts';
import { minimumNForMean } from '../stats/summarize.ts';
import { createMetricValue, type MetricValue, metricValueSchema } from './metric-value.ts';

export const metricEstimateSchema = metricValueSchema
  .extend({
    interval: intervalSchema.nullable().default(null).describe('At 95 %, over requests as independent draws'),
    intervalReason: z.string().nullable().default(null).describe('Why there is none though there is a value'),
  })
  .meta({ id: 'MetricEstimate', description: 'A mean or a ratio of sums over requests, with how sure it is' });
export type MetricEstimate = z.infer<typeof metricEstimateSchema>;

/** Estimates `scale` times the mean of the values, with an interval. */
export function estimateMean(plain: MetricValue, values: ArrayLike<number>, scale = 1): MetricEstimate {
  return addInterval(plain, values.length, scale, () => {
    const interval = meanInterval(toFloats(values));
    return { interval, reason: interval === null ? beyondRange : null };
  });
}

/**
 * Estimates `scale` times Σ numerator / Σ denominator, with an interval.
 * @param numerator and denominator of one length, a pair for each request
 */
export function estimateRatio(
  plain: MetricValue,
  numerator: ArrayLike<number>,
  denominator: ArrayLike<number>,
  scale = 1,
): MetricEstimate {
  return addInterval(plain, numerator.length, scale, () => ratioInterval(toFloats(numerator), toFloats(denominator)));
}

/** Estimates Σ numerator / Σ denominator with its interval: null with the reason where the denominators sum to 0. */
export function estimateRatioOfSums(
  numerator: ArrayLike<number>,
  denominator: ArrayLike<number>,
  reason: string,
): MetricEstimate {
  const [above, below] = [compensatedSum(numerator), compensatedSum(denominator)];
  const plain = createMetricValue(below === 0 ? null : above / below, numerator.length, reason);
  return estimateRatio(plain, numerator, denominator);
}

/** Copies values only if they are not an array of doubles: there may be a million of them. */
function toFloats(values: ArrayLike<number>): Float64Array {
  return values instanceof Float64Array ? values : Float64Array.from(values);
}

function addInterval(
  plain: MetricValue,
  n: number,
  scale: number,
  estimate: () => { interval: Interval | null; reason: string | null },
): MetricEstimate {
  if (plain.value === null) return { ...plain, interval: null, intervalReason: null };
  if (n < minimumNForMean)
    return { ...plain, interval: null, intervalReason: `an interval needs ${minimumNForMean} requests` };
  const { interval, reason } = estimate();
  if (interval === null) return { ...plain, interval, intervalReason: reason };
  const { low, high } = interval;
  return { ...plain, interval: { ...interval, low: low * scale, high: high * scale }, intervalReason: null };
}
