import { describe, expect, test } from 'vitest';
import { createRandom, drawFactor, drawUniform } from '../../../../infra/provider/engine/draw-stream.ts';

describe('drawFactor', () => {
  test.each(['lognormal', 'normal'] as const)('%s has mean 1 and the configured coefficient of variation', (kind) => {
    const n = 20_000;
    const factors = Array.from({ length: n }, (_, index) => drawFactor(createRandom(7, index), { kind, cv: 0.2 }));
    const mean = factors.reduce((sum, value) => sum + value, 0) / n;
    const sd = Math.sqrt(factors.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
    // The tolerance is five standard errors of a mean with deviation 0.2.
    expect(Math.abs(mean - 1)).toBeLessThan((5 * 0.2) / Math.sqrt(n));
    expect(Math.abs(sd - 0.2)).toBeLessThan(0.01);
  });

  test('draws of neighboring requests are independent', () => {
    const n = 10_000;
    const pairs = Array.from({ length: n }, (_, k) => [
      drawUniform(createRandom(1, k)),
      drawUniform(createRandom(1, k + 1)),
    ]);
    const covariance = pairs.reduce((sum, [a = 0, b = 0]) => sum + (a - 0.5) * (b - 0.5), 0) / n;
    expect(Math.abs(covariance * 12)).toBeLessThan(5 / Math.sqrt(n));
  });
});
