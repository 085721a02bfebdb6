import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawIndex, resamplingGenerator } from '../../../shared/stats/compare-medians.ts';

describe('drawIndex', () => {
  test('stays within 0 … n − 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 21 }), fc.integer(), (n, seed) => {
        const random = resamplingGenerator(seed, 'test');
        for (let i = 0; i < 100; i++) {
          const index = drawIndex(random, n);
          expect(Number.isInteger(index) && index >= 0 && index < n).toBe(true);
        }
      }),
    );
  });

  test('draws each number equally often (chi-squared, 99.9 %)', () => {
    const random = resamplingGenerator(1, 'test');
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) {
      const index = drawIndex(random, 10);
      counts[index] = (counts[index] ?? 0) + 1;
    }
    const chiSquared = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquared).toBeLessThan(27.88);
  });

  test('draws again when a word would favor the first numbers', () => {
    // 2^32 = 3·1431655765 + 1, so one word is left over: the lowest.
    const words = [0, 1];
    const random = { ...resamplingGenerator(1, 'test'), next: () => words.shift() ?? Number.NaN };
    expect(drawIndex(random, 3)).toBe(0);
    expect(words).toEqual([]);
  });
});
