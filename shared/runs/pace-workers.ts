import type { Config } from '../config.ts';

/** Timing of a group's workers in ms: poll interval, time to announce a common start, heartbeat interval, and lease. */
export type WorkerPace = { pollMs: number; leadMs: number; heartbeatMs: number; leaseMs: number };

const leastPollMs = 100;
const leastLeadMs = 500;
/** The poll interval is this value in ms times the number of workers: 500 reads/s, a third of a partition's limit. */
const pollMsPerWorker = 2;
/** The heartbeat interval is this value in ms times the number of workers: 125 writes/s. A partition allows 1,000/s. */
const heartbeatMsPerWorker = 8;
/** Maximum interval in ms at which a worker reads whether the run must stop. 1,000 workers make 670 small reads/s. */
export const maxStopPollMs = 1_500;
const pollsInLead = 3;
const heartbeatsInLease = 5;

/**
 * Computes the timing for a group with this number of workers. Larger groups poll less often, because all workers share
 * a partition (docs/scale.md). The configured values are the minimum.
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

/** Time in ms that a worker keeps free after the last request timeout, to store results and hand over the batch. */
export const drainMarginMs = 15_000;
