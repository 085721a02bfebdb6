import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { z } from 'zod';
import { type Fault, findFault } from '../../errors/app-error.ts';
import { numberSchema } from '../../number-schema.ts';
import type { Dataset } from '../../workload/datasets/dataset.ts';
import { createSeededRandom, drawUnitGamma, type Random } from '../../workload/distributions/seeded-random.ts';

/** A kind of arrivals that specs can select. To add a kind, add an entry to `arrivalKinds`. */
type ArrivalKind = {
  /** Returns the due time of each request in ms. */
  schedule(place: Place, burstiness: number): Float64Array;
  /** Whether specs set the burstiness: the squared coefficient of variation of the gaps. */
  hasBurstiness?: true;
};

/**
 * `constant`: request k is due when the expected number of arrivals reaches k. `poisson`: sums of exponential gaps.
 * `gamma`: sums of gamma-distributed gaps with mean 1 and shape 1 / burstiness.
 */
const arrivalKinds = {
  constant: {
    schedule: ({ count, rate }) => Float64Array.from({ length: count }, (_, k) => computeArrivalMs(rate, k)),
  },
  poisson: { schedule: (place) => sumGaps(place, (random) => -Math.log1p(-uniformFloat64(random))) },
  gamma: {
    schedule: (place, burstiness) => sumGaps(place, (random) => drawUnitGamma(1 / burstiness, random)),
    hasBurstiness: true,
  },
} satisfies Record<string, ArrivalKind>;
type KindName = keyof typeof arrivalKinds;

export const arrivalFields = {
  // `Object.keys` returns strings, but the keys of this constant are names of kinds.
  arrivals: z
    .enum(Object.keys(arrivalKinds) as KindName[])
    .meta({ id: 'Arrivals' })
    .default('poisson'),
  burstiness: numberSchema(0.01, 100)
    .optional()
    .describe(
      'Squared coefficient of variation of the gaps of gamma arrivals. 1 is Poisson; higher values are burstier',
    ),
};
type ArrivalFields = { arrivals: KindName; burstiness?: number | undefined };

/** How an open loop spaces its requests. */
export type Arrivals =
  | { kind: KindName; burstiness?: number }
  /** Recorded times in ms after the first request, replayed at `speed`. `atMs` is null if the dataset has the times. */
  | { kind: 'recorded'; atMs: readonly number[] | null; speed: number };

export function readArrivals({ arrivals: kind, burstiness }: ArrivalFields): Arrivals {
  return burstiness === undefined ? { kind } : { kind, burstiness };
}

export function checkBurstiness({ arrivals, burstiness }: ArrivalFields): Fault[] {
  const pointer = '/load/burstiness';
  if ('hasBurstiness' in arrivalKinds[arrivals])
    return findFault(burstiness === undefined, {
      pointer,
      fault: `is required if arrivals is "${arrivals}"`,
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
  return arrivals.kind === 'recorded' && arrivals.atMs === null;
}

type Place = { seed: number; levelIndex: number; count: number; rate: RateProfile };

/**
 * Computes the due time of each request in an open loop, in ms after the stage starts. Equal arguments produce equal
 * times on every worker. If only `count` differs, the shorter schedule is the beginning of the longer schedule.
 * @param dataset the workload's dataset, or null
 * @throws Error if the recorded times are in a dataset that is not loaded
 */
export function scheduleArrivals(
  { arrivals, ...place }: Place & { arrivals: Arrivals },
  dataset: Dataset | null = null,
): Float64Array {
  if (arrivals.kind !== 'recorded') return arrivalKinds[arrivals.kind].schedule(place, arrivals.burstiness ?? 1);
  const atMs = arrivals.atMs ?? dataset?.recordedMs;
  if (atMs === undefined) throw new Error('Internal error: the dataset with the recorded times is not loaded');
  return Float64Array.from(atMs.slice(0, place.count), (sinceFirst) => sinceFirst / arrivals.speed);
}

/** Adds up the drawn gaps to arrivals with rate 1, and maps these arrivals to the rate profile. */
function sumGaps({ seed, levelIndex, count, rate }: Place, drawGap: (random: Random) => number): Float64Array {
  const random = createSeededRandom(seed, 'arrivals', levelIndex);
  const dueMs = new Float64Array(count);
  let expected = 0;
  let lastMs = 0;
  for (let index = 0; index < count; index++) {
    expected += drawGap(random);
    // At the end of a ramp, rounding errors can put a request before the previous one.
    lastMs = Math.max(lastMs, computeArrivalMs(rate, expected));
    dueMs[index] = lastMs;
  }
  return dueMs;
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
export function computeArrivalMs(profile: RateProfile, expected: number): number {
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
