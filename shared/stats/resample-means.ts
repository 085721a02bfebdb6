import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { drawIndex } from './draw-index.ts';

/**
 * Bootstrap replicates of means: of each column, the mean over n rows drawn with replacement, `resamples` times. All columns
 * take the same rows, so what belongs together (two targets' answers to one prompt) stays together.
 * @param columns of one length, which is at least 1
 */
export function resampleMeans(
  columns: readonly Float64Array[],
  resamples: number,
  random: RandomGenerator,
): Float64Array[] {
  const n = columns[0]?.length ?? 0;
  const replicates = columns.map(() => new Float64Array(resamples));
  const rows = new Uint32Array(n);
  for (let b = 0; b < resamples; b++) {
    for (let i = 0; i < n; i++) rows[i] = drawIndex(random, n);
    columns.forEach((column, j) => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += column[rows[i] ?? 0] ?? 0;
      const out = replicates[j];
      if (out !== undefined) out[b] = sum / n;
    });
  }
  return replicates;
}
