import { z } from 'zod';
import { compensatedSum } from '../stats/compensated-sum.ts';
import { type Interval, intervalSchema } from '../stats/interval.ts';
import { meanInterval } from '../stats/mean-interval.ts';
import { ratioInterval } from '../stats/ratio-interval.ts';
import { minimumNForMean } from '../stats/summary-intervals.ts';
import { type Figure, figure, figureSchema } from './figure.ts';

export const estimateFigureSchema = figureSchema
  .extend({
    interval: intervalSchema.nullable().default(null).describe('At 95 %, over requests as independent draws'),
    intervalReason: z.string().nullable().default(null).describe('Why there is none though there is a value'),
  })
  .meta({ id: 'EstimateFigure', description: 'A mean or a ratio of sums over requests, with how sure it is' });
export type EstimateFigure = z.infer<typeof estimateFigureSchema>;

/** A figure that is `scale` times the mean of the values, with the interval of that. */
export function estimateMean(plain: Figure, values: ArrayLike<number>, scale = 1): EstimateFigure {
  return withInterval(plain, values.length, scale, () => {
    const interval = meanInterval(floatsOf(values));
    return { interval, reason: interval === null ? 'an end is beyond the range of numbers' : null };
  });
}

/**
 * A figure that is `scale` times Σ numerator / Σ denominator, with the interval of that.
 * @param numerator and denominator of one length, a pair for each request
 */
export function estimateRatio(
  plain: Figure,
  numerator: ArrayLike<number>,
  denominator: ArrayLike<number>,
  scale = 1,
): EstimateFigure {
  return withInterval(plain, numerator.length, scale, () => ratioInterval(floatsOf(numerator), floatsOf(denominator)));
}

/** Σ numerator / Σ denominator with its interval; null with the reason where the denominators sum to 0. */
export function ratioOfSums(
  numerator: ArrayLike<number>,
  denominator: ArrayLike<number>,
  reason: string,
): EstimateFigure {
  const [above, below] = [compensatedSum(numerator), compensatedSum(denominator)];
  const plain = figure(below === 0 ? null : above / below, numerator.length, reason);
  return estimateRatio(plain, numerator, denominator);
}

/** There may be a million: they are not copied where they need not be. */
function floatsOf(values: ArrayLike<number>): Float64Array {
  return values instanceof Float64Array ? values : Float64Array.from(values);
}

function withInterval(
  plain: Figure,
  n: number,
  scale: number,
  estimate: () => { interval: Interval | null; reason: string | null },
): EstimateFigure {
  if (plain.value === null) return { ...plain, interval: null, intervalReason: null };
  if (n < minimumNForMean)
    return { ...plain, interval: null, intervalReason: `an interval needs ${minimumNForMean} requests` };
  const { interval, reason } = estimate();
  if (interval === null) return { ...plain, interval, intervalReason: reason };
  const { low, high } = interval;
  return { ...plain, interval: { ...interval, low: low * scale, high: high * scale }, intervalReason: null };
}
