import type { Contrasts } from './contrast.ts';
import { mean } from './mean.ts';
import { meanInterval } from './mean-interval.ts';
import { ratioInterval } from './ratio-interval.ts';

/**
 * Difference and ratio of the means of pairs: the difference by the interval of the mean of the differences, the ratio by
 * `ratioInterval`. Without resampling, and without losing what pairs have in common. The ratio is null where the mean of the
 * base is not above 0, its interval where that mean cannot be told from 0.
 */
export function pairedMeanContrasts(base: Float64Array, target: Float64Array, level = 0.95): Contrasts {
  const differences = target.map((t, i) => t - (base[i] ?? Number.NaN));
  const interval = meanInterval(differences, level);
  const why = base.length < 3 ? 'it needs three pairs or more' : 'an end is beyond the range of numbers';
  const reason = interval === null ? why : null;
  const difference = { value: mean(differences), interval, reason };
  return { difference, ratio: ratioInterval(target, base, level) };
}
