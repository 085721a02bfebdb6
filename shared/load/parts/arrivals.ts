import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { z } from 'zod';
import { type Fault, findFault } from '../../errors/app-error.ts';
import { numberSchema } from '../../number-schema.ts';
import type { Dataset } from '../../workload/datasets/dataset.ts';
import { sinceFirstMs } from '../../workload/datasets/read-trace.ts';
import { drawUnitGamma, seededRandom } from '../../workload/distributions/seeded-random.ts';

export const arrivalFields = {
  arrivals: z.enum(['constant', 'poisson', 'gamma']).default('poisson'),
  burstiness: numberSchema(0.01, 100)
    .optional()
    .describe(
      'Squared coefficient of variation of the gaps of gamma arrivals. 1 is Poisson; higher values are burstier',
    ),
};
type ArrivalFields = { arrivals: 'constant' | 'poisson' | 'gamma'; burstiness?: number | undefined };

/** Arrivals of an open loop. `burstiness` is the squared coefficient of variation of the gaps. */
export type Arrivals =
  | { kind: 'constant' }
  | { kind: 'poisson' }
  | { kind: 'gamma'; burstiness: number }
  /** Times of a trace after its first entry, at `speed`. `atMs` is null if they are in the dataset. */
  | { kind: 'trace'; atMs: readonly number[] | null; speed: number };

export function readArrivals({ arrivals: kind, burstiness = 1 }: ArrivalFields): Arrivals {
  return kind === 'gamma' ? { kind, burstiness } : { kind };
}

export function checkBurstiness({ arrivals, burstiness }: ArrivalFields): Fault[] {
  const pointer = '/load/burstiness';
  if (arrivals === 'gamma')
    return findFault(burstiness === undefined, {
      pointer,
      fault: 'is missing, but arrivals is gamma',
      remedy: 'Set the squared coefficient of variation of the gaps, such as 4. The value 1 is Poisson',
    });
  return findFault(burstiness !== undefined, {
    pointer,
    fault: `is only valid for gamma arrivals, but arrivals is ${arrivals}`,
    remedy: 'Set arrivals to gamma, or omit burstiness',
  });
}

export function describeArrivals({ arrivals, burstiness }: ArrivalFields): string {
  return burstiness === undefined ? `${arrivals} arrivals` : `${arrivals} arrivals of burstiness ${burstiness}`;
}

/** Returns whether the times of the arrivals are in the dataset of the workload. */
export function needsDataset(arrivals: Arrivals): boolean {
  return arrivals.kind === 'trace' && arrivals.atMs === null;
}

export type Schedule = { seed: number; levelIndex: number; count: number; rate: RateProfile; arrivals: Arrivals };

/**
 * Computes when each request of an open loop is due, in milliseconds after the stage start. Depends only on its arguments, so
 * it is equal in every worker. A shorter schedule is the beginning of a longer one.
 *
 * Maps a process of rate 1 through the rate profile. `constant`: the k-th arrival is due when k are expected. `poisson`: sums
 * of exponential gaps. `gamma`: sums of gamma gaps with mean 1 and shape 1 / burstiness. `trace`: as recorded.
 * @param dataset the dataset that the workload names, or null
 * @throws Error if the times of the trace are in a dataset that is not loaded
 */
export function scheduleArrivals(
  { seed, levelIndex, count, rate, arrivals }: Schedule,
  dataset: Dataset | null = null,
): Float64Array {
  if (arrivals.kind === 'constant') return Float64Array.from({ length: count }, (_, k) => whenExpectedMs(rate, k));
  if (arrivals.kind === 'trace') {
    const atMs = arrivals.atMs ?? readTimes(dataset);
    return Float64Array.from(atMs.slice(0, count), (sinceFirst) => sinceFirst / arrivals.speed);
  }
  const random = seededRandom(seed, 'arrivals', levelIndex);
  const drawGap =
    arrivals.kind === 'poisson'
      ? () => -Math.log1p(-uniformFloat64(random))
      : () => drawUnitGamma(1 / arrivals.burstiness, random);
  const dueMs = new Float64Array(count);
  let expected = 0;
  let lastMs = 0;
  for (let index = 0; index < count; index++) {
    expected += drawGap();
    // At the end of a ramp, rounding can place an arrival before the previous one.
    lastMs = Math.max(lastMs, whenExpectedMs(rate, expected));
    dueMs[index] = lastMs;
  }
  return dueMs;
}

function readTimes(dataset: Dataset | null): number[] {
  if (dataset?.kind !== 'trace') throw new Error('The dataset with the times of the trace is not loaded');
  return sinceFirstMs(dataset.entries);
}

/** A rate that changes linearly during the ramp and then stays constant. Without a ramp, `rampMs` is 0. */
export type RateProfile = { fromRequestsPerSecond: number; requestsPerSecond: number; rampMs: number };

export type RateLevel = {
  requestsPerSecond: number;
  requests: number;
  fromRequestsPerSecond?: number | undefined;
  rampMs?: number | undefined;
};

/** Builds the profile of a level. A ramp without a duration reaches the rate with the last request. */
export function buildRateProfile(level: RateLevel): RateProfile {
  const { requestsPerSecond, fromRequestsPerSecond = requestsPerSecond, requests, rampMs } = level;
  if (fromRequestsPerSecond === requestsPerSecond) return { fromRequestsPerSecond, requestsPerSecond, rampMs: 0 };
  const meanPerMs = (fromRequestsPerSecond + requestsPerSecond) / 2_000;
  return { fromRequestsPerSecond, requestsPerSecond, rampMs: rampMs ?? requests / meanPerMs };
}

/**
 * Computes the time in milliseconds when the expected number of arrivals reaches `expected`: the inverse of Λ(t) = ∫ rate. A
 * process of rate 1 mapped through it has exactly the rate of the profile at each time (time rescaling).
 */
export function whenExpectedMs(profile: RateProfile, expected: number): number {
  const { fromRequestsPerSecond, requestsPerSecond, rampMs } = profile;
  if (rampMs === 0) return (expected * 1_000) / requestsPerSecond;
  if (expected <= 0) return 0;
  const inRamp = ((fromRequestsPerSecond + requestsPerSecond) / 2_000) * rampMs;
  if (expected > inRamp) return rampMs + ((expected - inRamp) * 1_000) / requestsPerSecond;
  // Solves Λ(t) = from·t + (to − from)·t²/(2·ramp) in the form without cancellation for close rates.
  const from = fromRequestsPerSecond / 1_000;
  const slope = (requestsPerSecond / 1_000 - from) / rampMs;
  return (2 * expected) / (from + Math.sqrt(Math.max(0, from * from + 2 * slope * expected)));
}
