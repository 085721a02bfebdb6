import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import type { Random } from './seeded-random.ts';

const sumsKept = new WeakMap<readonly number[], Float64Array>();

/** Draws an index with a probability proportional to its weight. Never returns an index with weight 0. */
export function drawIndex(weights: readonly number[], random: Random): number {
  const sums = sumWeights(weights);
  return findFirstAbove(sums, uniformFloat64(random) * (sums.at(-1) ?? 0));
}

/** Returns the cumulative sums of the weights, up to the last positive weight. */
function sumWeights(weights: readonly number[]): Float64Array {
  const kept = sumsKept.get(weights);
  if (kept !== undefined) return kept;
  let sum = 0;
  const sums = Float64Array.from(weights.slice(0, weights.findLastIndex((weight) => weight > 0) + 1), (weight) => {
    sum += weight;
    return sum;
  });
  if (sums.length === 0) throw new RangeError('all weights are zero');
  sumsKept.set(weights, sums);
  return sums;
}

/** Returns the index of the first number above `value`, or else the last index. The numbers must be ascending. */
export function findFirstAbove(numbers: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
