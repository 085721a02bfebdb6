import { expect, test } from 'vitest';
import { poissonTail } from '../../../shared/stats/poisson-tail.ts';

test('is 1 for none, and falls as the formula says', () => {
  expect(poissonTail(0, 3)).toBe(1);
  expect(poissonTail(1, 0.1)).toBeCloseTo(1 - Math.exp(-0.1), 14);
  expect(poissonTail(3, 2)).toBeCloseTo(1 - Math.exp(-2) * (1 + 2 + 2), 14);
  expect(poissonTail(4, 0)).toBe(0);
});
