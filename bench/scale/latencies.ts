import { drawStandardNormal, type Random } from '../../shared/workload/distributions/seeded-random.ts';

/** A duration that is drawn anew each time: log-normal about its median. */
export type Spread = { medianMs: number; sigma: number };

/** What the model takes from outside: how long a call of each kind takes. */
export type Latencies = {
  /** One call of DynamoDB. */
  table: Spread;
  /** One call of SQS. */
  queue: Spread;
  /** From a message that is visible, and an invocation that is free, to the handler's first line. */
  dispatch: Spread;
  /** A fresh execution environment and the handler's init, on top. */
  coldStart: Spread;
  /** Of the worker: opening its measuring thread and the reference stream. */
  session: Spread;
  /** Standard deviation of a host's wall clock about the true time. */
  clockErrorMs: number;
  /** How late a timer fires. */
  timer: Spread;
};

/**
 * Assumed for AWS, not measured (this model runs without an account): single-digit milliseconds for DynamoDB and tens for
 * SQS within a region, a cold start of half a second of init and some for the environment, clocks held to about a
 * millisecond by Amazon's time service.
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
