import type { Config } from '../config.ts';

/** How often the workers of one group may ask and tell, and how long before the start they are to know of it. */
export type WorkerPace = { pollMs: number; leadMs: number; heartbeatMs: number; leaseMs: number };

const leastPollMs = 100;
const leastLeadMs = 500;
/** Together the waiting workers then read the stage item, of up to 8 KB, 500 times a second: a third of what a partition gives. */
const pollMsPerWorker = 2;
/** Together the workers then tell their progress 125 times a second, beside their blocks: one partition takes 1,000 writes. */
const heartbeatMsPerWorker = 8;
const pollsInLead = 3;
const heartbeatsInLease = 5;

/**
 * The pace of a group of `workers`: a few ask often, many more seldom, since all of them read one stage item and write to
 * one partition, which has its limits (docs/scale.md). The settings are the least.
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
