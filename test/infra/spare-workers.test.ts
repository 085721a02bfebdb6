import { describe, expect, test } from 'vitest';
import {
  addSpareWorkers,
  checkWorkerLimits,
  countLocalWorkers,
  limitWorkersPerTenant,
} from '../../infra/spare-workers.ts';

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
    const { maxWorkers: all, workersPerTenant } = countLocalWorkers(maxWorkers, {
      maxWorkersPerRun,
      maxWorkersPerTenant,
    });
    expect([all, all - workersPerTenant]).toEqual([expected, expected / 5]);
  });
});

describe('a limit above the workers is refused, and the error says what to set', () => {
  test.each([
    ['a tenant of a deployment', 50, 50, 51, 'MAX_WORKERS_PER_TENANT is 51, but there are workers for at most 50'],
    ['a run of a deployment', 50, 51, 50, 'MAX_WORKERS_PER_RUN is 51, but there are workers for at most 50'],
    [
      'a tenant that would use all',
      1_000,
      1_000,
      801,
      'MAX_WORKERS_PER_TENANT is 801, but there are workers for at most 800',
    ],
  ])('%s', (_, maxWorkers, maxWorkersPerRun, maxWorkersPerTenant, message) => {
    const check = () => checkWorkerLimits({ maxWorkersPerRun, maxWorkersPerTenant }, maxWorkers, '');
    expect(check).toThrow(message);
  });

  test('on one machine', () => {
    const limits = { maxWorkersPerRun: 16, maxWorkersPerTenant: 10_000 };
    expect(() => countLocalWorkers(16, limits)).toThrow('MAX_WORKERS_PER_TENANT is 10000');
  });
});
