import { expect, test } from 'vitest';
import { poissonTail } from '../../../shared/stats/distributions.ts';
import reference from '../../fixtures/stats/poisson-tails.json' with { type: 'json' };

test('is 1 for k = 0, and follows the formula for other k', () => {
  expect(poissonTail(0, 3)).toBe(1);
  expect(poissonTail(1, 0.1)).toBeCloseTo(1 - Math.exp(-0.1), 14);
  expect(poissonTail(3, 2)).toBeCloseTo(1 - Math.exp(-2) * (1 + 2 + 2), 14);
  expect(poissonTail(4, 0)).toBe(0);
});

test.each(reference.cases)('agrees with scipy: $k or more of $mean', ({ k, mean, tail }) => {
  expect(poissonTail(k, mean) / tail).toBeCloseTo(1, 9);
});
