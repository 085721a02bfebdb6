import { expect, test } from 'vitest';
import { countFailures } from '../../../shared/records/records.ts';

test('countFailures increases without stored samples and restarts at 1 with them', () => {
  expect(countFailures({ failures: 0, blocks: {}, attempt: 1 })).toBe(1);
  expect(countFailures({ failures: 2, blocks: { '1': 4 }, attempt: 3 })).toBe(3);
  expect(countFailures({ failures: 2, blocks: { '1': 4, '3': 1 }, attempt: 3 })).toBe(1);
});
