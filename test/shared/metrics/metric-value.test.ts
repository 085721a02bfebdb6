import { expect, it } from 'vitest';
import { pickKnownValues } from '../../../shared/metrics/metric-value.ts';

it('pickKnownValues excludes null, and keeps the order and 0', () => {
  expect([...pickKnownValues([3, null, 0, null, -1], (value) => value)]).toEqual([3, 0, -1]);
  expect(pickKnownValues([null], (value) => value)).toHaveLength(0);
});
