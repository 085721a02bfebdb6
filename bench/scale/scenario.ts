import type { WorkerPace } from '../../shared/runs/pace-workers.ts';
import type { Latencies } from './latencies.ts';
import type { Poller } from './poller.ts';

/** A stage of a closed loop, from its opening to its last worker's end. */
export type Scenario = {
  workers: number;
  /** How long each worker's load lasts. */
  loadMs: number;
  /** How long one request takes: what a worker that stops waits for. */
  requestMs: number;
  requestTimeoutMs: number;
  workerTimeLimitMs: number;
  readyTimeoutMs: number;
  pace: Pick<WorkerPace, 'pollMs' | 'leadMs'>;
  poller: Poller;
  latencies: Latencies;
};

/** One invocation of the worker: an attempt at a batch. Instants are ms after the stage was opened. */
export type Attempt = {
  batchIndex: number;
  attempt: number;
  invokedAtMs: number;
  readyAtMs: number;
  /** First and last instant of the time in which it starts requests. */
  loadFromMs: number;
  loadToMs: number;
  endedAtMs: number;
};

export type Simulated = {
  attempts: Attempt[];
  /** The instant that the workers agreed on. */
  agreedAtMs: number;
  /** False: it was agreed on because some worker had waited for as long as it may. */
  isComplete: boolean;
  /** The most invocations that ran at one time. */
  mostRunning: number;
};
