import { expect, test } from 'vitest';
import { countFailures } from '../../../shared/records/count-failures.ts';

test('an attempt that stored nothing adds to the failures in a row, one that did starts them anew', () => {
  expect(countFailures({ failures: 0, blocks: {}, attempt: 1 })).toBe(1);
  expect(countFailures({ failures: 2, blocks: { '1': 4 }, attempt: 3 })).toBe(3);
  expect(countFailures({ failures: 2, blocks: { '1': 4, '3': 1 }, attempt: 3 })).toBe(1);
});
