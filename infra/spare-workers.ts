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

/** Maximum workers of one tenant that leave a quarter in addition for the other tenants. */
const mostWorkersPerTenant = (maxWorkersOfQueue * 4) / 5;

/** Limits the workers of one tenant to the number that leaves a quarter in addition for the other tenants. */
export function limitWorkersPerTenant(maxWorkers: number): number {
  return Math.min(maxWorkers, mostWorkersPerTenant);
}

type WorkerLimits = Pick<Config, 'maxWorkersPerRun' | 'maxWorkersPerTenant'>;

/** Numbers of worker processes on one machine: of all tenants together, and of one tenant. */
export type LocalWorkers = { maxWorkers: number; workersPerTenant: number };

/**
 * Computes the number of worker processes on one machine. A run or a tenant with a higher limit than `maxWorkers` would
 * otherwise wait for workers that can never start, or leave none to the other tenants.
 * @throws Error with a remedy if a limit leaves no workers to other tenants
 */
export function countLocalWorkers(maxWorkers: number, limits: WorkerLimits): LocalWorkers {
  checkWorkerLimits(limits, maxWorkersOfQueue, '');
  const workersPerTenant = Math.max(maxWorkers, limits.maxWorkersPerRun, limits.maxWorkersPerTenant);
  return { maxWorkers: addSpareWorkers(workersPerTenant), workersPerTenant };
}

/**
 * Checks that the limits do not exceed the workers. Otherwise, runs would wait for workers that can never start, and the
 * runs of one tenant would delay those of all others.
 * @param maxWorkers maximum workers of one run
 * @param otherwise end of the remedy, such as ` or raise maxWorkers`
 * @throws Error with a remedy
 */
export function checkWorkerLimits(
  { maxWorkersPerRun, maxWorkersPerTenant }: WorkerLimits,
  maxWorkers: number,
  otherwise: string,
): void {
  const limits = [
    { name: 'MAX_WORKERS_PER_RUN', value: maxWorkersPerRun, most: maxWorkers },
    { name: 'MAX_WORKERS_PER_TENANT', value: maxWorkersPerTenant, most: limitWorkersPerTenant(maxWorkers) },
  ];
  for (const { name, value, most } of limits)
    if (value > most)
      throw new Error(`${name} is ${value}, but there are workers for at most ${most}. Set it to ${most}${otherwise}`);
}
