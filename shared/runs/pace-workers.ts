import type { Config } from '../config.ts';

/** Timing of a group's workers in ms. */
export type WorkerPace = {
  pollMs: number;
  /** Time to announce a common start. */
  leadMs: number;
  heartbeatMs: number;
  leaseMs: number;
  /** Maximum time that a ready worker waits for the others. */
  readyTimeoutMs: number;
  /** Time after which the message of a queued batch is sent again. */
  resendAfterMs: number;
};

type PaceConfig = Pick<
  Config,
  'heartbeatMs' | 'leaseMs' | 'readyTimeoutMs' | 'resendAfterMs' | 'workerStartsPerMinute'
>;

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
/** Number of workers that a queue on AWS starts without a delay. */
const startedAtOnce = 5;

/**
 * Computes the timing for a group with this number of workers. Larger groups poll less often, because all workers share
 * a partition (docs/scale.md), and wait longer, because a queue starts a limited number of workers per minute. The
 * configured values are the minimum.
 */
export function paceWorkers(config: PaceConfig, workers: number): WorkerPace {
  const pollMs = Math.max(leastPollMs, workers * pollMsPerWorker);
  const slowMs = workers * heartbeatMsPerWorker;
  const heartbeatMs = Math.max(config.heartbeatMs, slowMs);
  const rampMs = computeRampMs(config, workers);
  return {
    pollMs,
    leadMs: workers <= 1 ? 0 : Math.max(leastLeadMs, pollMs * pollsInLead),
    heartbeatMs,
    leaseMs: Math.max(config.leaseMs, slowMs * heartbeatsInLease),
    readyTimeoutMs: config.readyTimeoutMs + rampMs,
    resendAfterMs: config.resendAfterMs + rampMs,
  };
}

/** Computes the time in ms until a queue has started the workers, if it adds them at the end of each minute. */
function computeRampMs({ workerStartsPerMinute }: PaceConfig, workers: number): number {
  if (workerStartsPerMinute === 0) return 0;
  return Math.ceil(Math.max(0, workers - startedAtOnce) / workerStartsPerMinute) * 60_000;
}

/** Time in ms that a worker keeps free after the last request timeout, to store results and hand over the batch. */
export const drainMarginMs = 15_000;
