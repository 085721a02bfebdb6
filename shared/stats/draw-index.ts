import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

const span = 2 ** 32;

/**
 * A whole number from 0 to n − 1, each equally likely (D. Lemire, Fast random integer generation in an interval, 2019): one
 * multiplication of 32 random bits, and the few draws that would favor some numbers are drawn again. Resampling draws
 * hundreds of millions of them.
 * @param n from 1 to 2^21, so that the product is exact in a double
 */
export function drawIndex(random: RandomGenerator, n: number): number {
  for (;;) {
    const product = (random.next() >>> 0) * n;
    const index = Math.floor(product / span);
    const rest = product - index * span;
    if (rest >= n || rest >= span % n) return index;
  }
}
