/** Maximum number of workers that an event source of SQS can start at the same time. */
const maxWorkersOfQueue = 1_000;

/**
 * Computes the number of workers that may run at the same time: those that one tenant can use, and a quarter of them in
 * addition, for the other tenants.
 */
export function addSpareWorkers(workersPerTenant: number): number {
  return Math.min(maxWorkersOfQueue, workersPerTenant + Math.ceil(workersPerTenant / 4));
}
