import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { drawIndex } from './draw-index.ts';

/**
 * Bootstrap replicates of medians: of each column, the median over n rows drawn with replacement, `resamples` times. All
 * columns take the same rows, so what belongs together (two targets' answers to one prompt) stays together. A resample is
 * kept as how often it holds each row, and its middle is found by counting along the order of the column, which is sorted
 * only once.
 * @param columns of one length, which is at least 1
 */
export function resampleMedians(
  columns: readonly Float64Array[],
  resamples: number,
  random: RandomGenerator,
): Float64Array[] {
  const n = columns[0]?.length ?? 0;
  const ordered = columns.map((column) => {
    const order = Uint32Array.from(column, (_, i) => i).sort((a, b) => (column[a] ?? 0) - (column[b] ?? 0));
    return { order, column, replicates: new Float64Array(resamples) };
  });
  const counts = new Uint32Array(n);
  for (let b = 0; b < resamples; b++) {
    counts.fill(0);
    for (let i = 0; i < n; i++) {
      const row = drawIndex(random, n);
      counts[row] = (counts[row] ?? 0) + 1;
    }
    for (const { order, column, replicates } of ordered) replicates[b] = findMedian(column, order, counts);
  }
  return ordered.map(({ replicates }) => replicates);
}

/** The median of the multiset that holds row i `counts[i]` times, n rows in all. */
function findMedian(column: Float64Array, order: Uint32Array, counts: Uint32Array): number {
  const n = order.length;
  const lowerRank = Math.floor((n + 1) / 2);
  const upperRank = Math.floor(n / 2) + 1;
  let seen = 0;
  let lower = Number.NaN;
  for (const row of order) {
    const before = seen;
    seen += counts[row] ?? 0;
    const value = column[row] ?? Number.NaN;
    if (before < lowerRank && seen >= lowerRank) lower = value;
    if (seen >= upperRank) return lower + (value - lower) / 2;
  }
  return lower;
}
