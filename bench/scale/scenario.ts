import type { WorkerPace } from '../../shared/runs/pace-workers.ts';
import { drawStandardNormal, type Random } from '../../shared/workload/distributions/seeded-random.ts';
import type { Poller } from './poller.ts';

/** A stage of a closed loop, from its opening to the end of its last worker. */
export type Scenario = {
  workers: number;
  /** Duration of each worker's load. */
  loadMs: number;
  /** Duration of one request, which a stopping worker waits for. */
  requestMs: number;
  requestTimeoutMs: number;
  workerTimeLimitMs: number;
  readyTimeoutMs: number;
  pace: Pick<WorkerPace, 'pollMs' | 'leadMs'>;
  poller: Poller;
  latencies: Latencies;
};

/** One invocation of a worker for a batch. Times are ms after the stage was opened. */
export type Attempt = {
  batchIndex: number;
  attempt: number;
  invokedAtMs: number;
  readyAtMs: number;
  /** Start and end of the time in which it starts requests. */
  loadFromMs: number;
  loadToMs: number;
  endedAtMs: number;
};

export type Simulated = {
  attempts: Attempt[];
  /** Agreed start time of the workers. */
  agreedAtMs: number;
  /** Whether all workers were ready; false if one of them reached the maximum wait. */
  isComplete: boolean;
  /** Maximum number of concurrent invocations. */
  mostRunning: number;
};

/** A log-normal duration. */
export type Spread = { medianMs: number; sigma: number };

/** Latencies that the model uses. */
export type Latencies = {
  /** One call of DynamoDB. */
  table: Spread;
  /** One call of SQS. */
  queue: Spread;
  /** From a visible message and a free invocation to the start of the handler. */
  dispatch: Spread;
  /** Additional time for a new execution environment and the initialization of the handler. */
  coldStart: Spread;
  /** Start of a worker's measuring thread and reference stream. */
  session: Spread;
  /** Standard deviation of a host's wall clock. */
  clockErrorMs: number;
  /** Delay of a timer. */
  timer: Spread;
};

/**
 * Latencies of AWS, assumed and not measured, because the model runs without an account: single-digit milliseconds for
 * DynamoDB, tens for SQS, a cold start of 0.9 s, and clocks within 1 ms by Amazon's time service.
 */
export const awsLatencies: Latencies = {
  table: { medianMs: 5, sigma: 0.5 },
  queue: { medianMs: 12, sigma: 0.5 },
  dispatch: { medianMs: 50, sigma: 0.6 },
  coldStart: { medianMs: 900, sigma: 0.3 },
  session: { medianMs: 400, sigma: 0.3 },
  clockErrorMs: 1,
  timer: { medianMs: 1, sigma: 0.5 },
};

export function drawMs({ medianMs, sigma }: Spread, random: Random): number {
  return medianMs * Math.exp(sigma * drawStandardNormal(random));
}
