import type { Config } from '../config.ts';

/** The poll and heartbeat intervals of one group's workers, the notice before their common start, and their lease. */
export type WorkerPace = { pollMs: number; leadMs: number; heartbeatMs: number; leaseMs: number };

const leastPollMs = 100;
const leastLeadMs = 500;
/** Limits waiting workers to 500 reads per second of the stage item (8 KB), a third of a partition's capacity. */
const pollMsPerWorker = 2;
/** Limits all workers to 125 progress writes per second. A partition supports 1,000 writes, including blocks. */
const heartbeatMsPerWorker = 8;
const pollsInLead = 3;
const heartbeatsInLease = 5;

/**
 * Computes the pace of a group of `workers`, in milliseconds. Large groups poll less often, because all workers share one
 * partition (docs/scale.md). The settings are the minimum.
 */
export function paceWorkers(config: Pick<Config, 'heartbeatMs' | 'leaseMs'>, workers: number): WorkerPace {
  const pollMs = Math.max(leastPollMs, workers * pollMsPerWorker);
  const slowMs = workers * heartbeatMsPerWorker;
  const heartbeatMs = Math.max(config.heartbeatMs, slowMs);
  return {
    pollMs,
    leadMs: workers <= 1 ? 0 : Math.max(leastLeadMs, pollMs * pollsInLead),
    heartbeatMs,
    leaseMs: Math.max(config.leaseMs, slowMs * heartbeatsInLease),
  };
}

/** Time that a worker reserves after the last request timeout to store results and hand over. */
export const drainMarginMs = 15_000;
