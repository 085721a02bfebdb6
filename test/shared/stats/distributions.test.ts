import { describe, expect, test } from 'vitest';
import { poissonTail, tQuantile } from '../../../shared/stats/distributions.ts';
import poissonTails from '../../fixtures/stats/poisson-tails.json' with { type: 'json' };
import reference from '../../fixtures/stats/reference-statistics.json' with { type: 'json' };
import { expectRelative } from '../../support/expect-relative.ts';

test('poissonTail is 1 for k = 0, and follows the formula for other k', () => {
  expect(poissonTail(0, 3)).toBe(1);
  expect(poissonTail(1, 0.1)).toBeCloseTo(1 - Math.exp(-0.1), 14);
  expect(poissonTail(3, 2)).toBeCloseTo(1 - Math.exp(-2) * (1 + 2 + 2), 14);
  expect(poissonTail(4, 0)).toBe(0);
});

test.each(poissonTails.cases)('poissonTail agrees with scipy: $k or more of $mean', ({ k, mean, tail }) => {
  expect(poissonTail(k, mean) / tail).toBeCloseTo(1, 9);
});

describe('tQuantile', () => {
  test.each(reference.tQuantiles)('equals scipy to 1e-12: p $p, $degreesOfFreedom degrees', (expected) => {
    const actual = tQuantile(expected.p, expected.degreesOfFreedom);
    expectRelative(actual, expected.value, 1e-12, `p ${expected.p}, ${expected.degreesOfFreedom} degrees`);
  });
});
