import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { drawIndex } from '../../../shared/stats/draw-index.ts';

/**
 * Bootstrap replicates of the t statistic of the mean: for n values drawn with replacement, `resamples` times, how many of
 * their own standard deviations (divisor n − 1) their mean lies from the mean of all. Infinite where all values drawn are
 * the same, but not the mean.
 * @param deviations values about their mean
 */
export function resampleTStatistics(
  deviations: Float64Array,
  resamples: number,
  random: RandomGenerator,
): Float64Array {
  const n = deviations.length;
  return Float64Array.from({ length: resamples }, () => {
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      const deviation = deviations[drawIndex(random, n)] ?? 0;
      sum += deviation;
      squares += deviation * deviation;
    }
    const mean = sum / n;
    return mean === 0 ? 0 : mean / Math.sqrt(Math.max(0, squares - n * mean * mean) / (n - 1));
  });
}
