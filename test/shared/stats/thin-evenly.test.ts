import { expect, test } from 'vitest';
import { thinEvenly } from '../../../shared/stats/quantile.ts';

test('keeps all values up to the limit, and evenly spaced ones above it', () => {
  const values = Float64Array.from({ length: 10 }, (_, i) => i);
  expect(thinEvenly(values, 10)).toBe(values);
  expect([...thinEvenly(values, 4)]).toEqual([0, 2, 5, 7]);
});
