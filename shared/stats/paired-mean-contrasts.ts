import type { LocationContrasts } from './compare-samples.ts';
import { mean } from './mean.ts';
import { meanInterval } from './mean-interval.ts';

/**
 * Difference and ratio of the means of pairs: the difference by the interval of the mean of the differences; the ratio r by that
 * of (target − r·base)/mean base, its linear part (delta method). Without resampling, and without losing what pairs have in
 * common. The ratio is null where the mean of the base is not above 0. It covers better than BCa (docs/statistics.md).
 */
export function pairedMeanContrasts(base: Float64Array, target: Float64Array, level = 0.95): LocationContrasts {
  const differences = target.map((t, i) => t - (base[i] ?? Number.NaN));
  const difference = { value: mean(differences), interval: meanInterval(differences, level) };
  const meanOfBase = mean(base);
  const meanOfTarget = mean(target);
  if (meanOfBase === null || meanOfTarget === null || !(meanOfBase > 0))
    return { difference, ratio: { value: null, interval: null } };
  const value = meanOfTarget / meanOfBase;
  const linear = meanInterval(
    target.map((t, i) => (t - value * (base[i] ?? Number.NaN)) / meanOfBase),
    level,
  );
  const interval = linear && {
    level,
    low: value + linear.low,
    high: value + linear.high,
    method: `${linear.method}, delta method`,
  };
  return { difference, ratio: { value, interval } };
}
