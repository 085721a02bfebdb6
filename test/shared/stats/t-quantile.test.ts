import { describe, test } from 'vitest';
import { tQuantile } from '../../../shared/stats/distributions.ts';
import reference from '../../fixtures/stats/reference-statistics.json' with { type: 'json' };
import { expectRelative } from '../../support/expect-relative.ts';

describe('tQuantile', () => {
  test.each(reference.tQuantiles)('equals scipy to 1e-12: p $p, $degreesOfFreedom degrees', (expected) => {
    const actual = tQuantile(expected.p, expected.degreesOfFreedom);
    expectRelative(actual, expected.value, 1e-12, `p ${expected.p}, ${expected.degreesOfFreedom} degrees`);
  });
});
