import { describe, expect, test } from 'vitest';
import { addSpareWorkers, countLocalWorkers, limitWorkersPerTenant } from '../../infra/spare-workers.ts';

test.each([2, 50, 500, 800, 801, 1_000])('with %i workers, a tenant at its limit leaves a quarter to others', (max) => {
  const share = limitWorkersPerTenant(max);
  expect(addSpareWorkers(max) - share).toBeGreaterThanOrEqual(Math.ceil(share / 4));
});

describe('on one machine, the workers suffice for the limits of', () => {
  test.each([
    ['the machine', 16, 16, 16, 20],
    ['a run', 16, 64, 16, 80],
    ['a tenant', 16, 16, 64, 80],
  ])('%s', (_, maxWorkers, maxWorkersPerRun, maxWorkersPerTenant, expected) => {
    expect(countLocalWorkers(maxWorkers, { maxWorkersPerRun, maxWorkersPerTenant })).toBe(expected);
  });
});
