import { expect, test } from 'vitest';
import { thinEvenly } from '../../../shared/stats/thin-evenly.ts';

test('keeps all up to the limit, and beyond it evenly spaced ones, the same of each column', () => {
  const values = Float64Array.from({ length: 10 }, (_, i) => i);
  expect(thinEvenly(values, 10)).toBe(values);
  expect([...thinEvenly(values, 4)]).toEqual([0, 2, 5, 7]);
});
