import type { Config } from '../shared/config.ts';

/** Maximum number of workers that an event source of SQS can start at the same time. */
const maxWorkersOfQueue = 1_000;

/**
 * Computes the number of workers that may run at the same time: those that one tenant can use, and a quarter of them in
 * addition, for the other tenants.
 */
export function addSpareWorkers(workersPerTenant: number): number {
  return Math.min(maxWorkersOfQueue, workersPerTenant + Math.ceil(workersPerTenant / 4));
}

/** Limits the workers of one tenant to the number that leaves a quarter in addition for the other tenants. */
export function limitWorkersPerTenant(maxWorkers: number): number {
  return Math.min(maxWorkers, (maxWorkersOfQueue * 4) / 5);
}

/**
 * Computes the number of worker processes on one machine. A run or a tenant with a higher limit than `maxWorkers` would
 * otherwise wait for workers that can never start, or leave none to the other tenants.
 */
export function countLocalWorkers(
  maxWorkers: number,
  { maxWorkersPerRun, maxWorkersPerTenant }: Pick<Config, 'maxWorkersPerRun' | 'maxWorkersPerTenant'>,
): number {
  return addSpareWorkers(Math.max(maxWorkers, maxWorkersPerRun, maxWorkersPerTenant));
}
