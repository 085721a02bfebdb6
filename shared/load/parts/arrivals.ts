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

/** How an open loop spaces its requests. `burstiness` is the squared coefficient of variation of the gaps. */
export type Arrivals =
  | { kind: 'constant' }
  | { kind: 'poisson' }
  | { kind: 'gamma'; burstiness: number }
  /** Recorded times in ms after the first entry, replayed at `speed`. `atMs` is null if the dataset has the times. */
  | { kind: 'trace'; atMs: readonly number[] | null; speed: number };

export function readArrivals({ arrivals: kind, burstiness = 1 }: ArrivalFields): Arrivals {
  return kind === 'gamma' ? { kind, burstiness } : { kind };
}

export function checkBurstiness({ arrivals, burstiness }: ArrivalFields): Fault[] {
  const pointer = '/load/burstiness';
  if (arrivals === 'gamma')
    return findFault(burstiness === undefined, {
      pointer,
      fault: 'is required if arrivals is "gamma"',
      remedy: 'Set it to the squared coefficient of variation of the gaps, such as 4. With 1, the arrivals are Poisson',
    });
  return findFault(burstiness !== undefined, {
    pointer,
    fault: `is only valid if arrivals is "gamma", but it is "${arrivals}"`,
    remedy: 'Set arrivals to gamma, or omit burstiness',
  });
}

export function describeArrivals({ arrivals, burstiness }: ArrivalFields): string {
  return burstiness === undefined ? `${arrivals} arrivals` : `${arrivals} arrivals of burstiness ${burstiness}`;
}

/** Returns whether the arrival times are in the workload's dataset. */
export function needsDataset(arrivals: Arrivals): boolean {
  return arrivals.kind === 'trace' && arrivals.atMs === null;
}

export type Schedule = { seed: number; levelIndex: number; count: number; rate: RateProfile; arrivals: Arrivals };

/**
 * Computes the due time of each request in an open loop, in ms after the stage starts. Equal arguments produce equal
 * times on every worker. A shorter schedule equals the beginning of a longer one.
 * Generates arrivals with rate 1 and maps them to the rate profile. `constant`: request k is due when the expected
 * number of arrivals reaches k. `poisson`: sums of exponential gaps. `gamma`: sums of gamma-distributed gaps with mean
 * 1 and shape 1 / burstiness. `trace`: the recorded times.
 * @param dataset the workload's dataset, or null
 * @throws Error if the recorded times are in a dataset that is not loaded
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
    // At the end of a ramp, rounding errors can put a request before the previous one.
    lastMs = Math.max(lastMs, whenExpectedMs(rate, expected));
    dueMs[index] = lastMs;
  }
  return dueMs;
}

function readTimes(dataset: Dataset | null): number[] {
  if (dataset?.kind !== 'trace')
    throw new Error('Internal error: the dataset with the times of the trace is not loaded');
  return sinceFirstMs(dataset.entries);
}

/** A rate that changes linearly during the ramp and is constant afterwards. `rampMs` is 0 if there is no ramp. */
export type RateProfile = { fromRequestsPerSecond: number; requestsPerSecond: number; rampMs: number };

export type RateLevel = {
  requestsPerSecond: number;
  requests: number;
  fromRequestsPerSecond?: number | undefined;
  rampMs?: number | undefined;
};

/** Builds the rate profile of a load level. If the spec has no ramp duration, the ramp ends with the last request. */
export function buildRateProfile(level: RateLevel): RateProfile {
  const { requestsPerSecond, fromRequestsPerSecond = requestsPerSecond, requests, rampMs } = level;
  if (fromRequestsPerSecond === requestsPerSecond) return { fromRequestsPerSecond, requestsPerSecond, rampMs: 0 };
  const meanPerMs = (fromRequestsPerSecond + requestsPerSecond) / 2_000;
  return { fromRequestsPerSecond, requestsPerSecond, rampMs: rampMs ?? requests / meanPerMs };
}

/**
 * Computes when the expected number of arrivals reaches `expected`, in ms: the inverse of Λ(t) = ∫ rate. Arrivals with
 * rate 1, mapped through this function, have the profile's rate at each time (time rescaling).
 */
export function whenExpectedMs(profile: RateProfile, expected: number): number {
  const { fromRequestsPerSecond, requestsPerSecond, rampMs } = profile;
  if (rampMs === 0) return (expected * 1_000) / requestsPerSecond;
  if (expected <= 0) return 0;
  const inRamp = ((fromRequestsPerSecond + requestsPerSecond) / 2_000) * rampMs;
  if (expected > inRamp) return rampMs + ((expected - inRamp) * 1_000) / requestsPerSecond;
  // Solves Λ(t) = from·t + (to − from)·t²/(2·ramp) in a form that stays exact if both rates are nearly equal.
  const from = fromRequestsPerSecond / 1_000;
  const slope = (requestsPerSecond / 1_000 - from) / rampMs;
  return (2 * expected) / (from + Math.sqrt(Math.max(0, from * from + 2 * slope * expected)));
}
