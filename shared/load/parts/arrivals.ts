import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { z } from 'zod';
import { type Fault, findFault } from '../../errors/app-error.ts';
import type { Dataset } from '../../workload/datasets/dataset.ts';
import { sinceFirstMs } from '../../workload/datasets/trace-entry.ts';
import { drawUnitGamma } from '../../workload/distributions/draw-gamma.ts';
import { seededRandom } from '../../workload/distributions/seeded-random.ts';
import { type RateProfile, whenExpectedMs } from './rate-profile.ts';

/** How the requests of an open loop arrive. */
export const arrivalFields = {
  arrivals: z.enum(['constant', 'poisson', 'gamma']).default('poisson'),
  burstiness: z
    .number()
    .min(0.01)
    .max(100)
    .optional()
    .describe('Of gamma arrivals: squared coefficient of variation of the gaps. 1 is Poisson, more is burstier'),
};
type ArrivalFields = { arrivals: 'constant' | 'poisson' | 'gamma'; burstiness?: number | undefined };

/** Arrivals of an open loop: `burstiness` is the squared coefficient of variation of the gaps of gamma arrivals. */
export type Arrivals =
  | { kind: 'constant' }
  | { kind: 'poisson' }
  | { kind: 'gamma'; burstiness: number }
  /** Of a trace: `atMs[k]` after its first entry, `speed` times as fast; null if they are in its dataset. */
  | { kind: 'trace'; atMs: readonly number[] | null; speed: number };

export function readArrivals({ arrivals: kind, burstiness = 1 }: ArrivalFields): Arrivals {
  return kind === 'gamma' ? { kind, burstiness } : { kind };
}

export function checkBurstiness({ arrivals, burstiness }: ArrivalFields): Fault[] {
  const pointer = '/load/burstiness';
  return [
    ...findFault(arrivals === 'gamma' && burstiness === undefined, {
      pointer,
      fault: 'is missing, though arrivals is gamma',
      remedy: 'Give the squared coefficient of variation of the gaps, such as 4; 1 would be Poisson',
    }),
    ...findFault(arrivals !== 'gamma' && burstiness !== undefined, {
      pointer,
      fault: `is of gamma arrivals, and arrivals is ${arrivals}`,
      remedy: 'Set arrivals to gamma, or leave burstiness out',
    }),
  ];
}

export function describeArrivals({ arrivals, burstiness }: ArrivalFields): string {
  return burstiness === undefined ? `${arrivals} arrivals` : `${arrivals} arrivals of burstiness ${burstiness}`;
}

/** Returns whether the instants of arrivals are in the dataset of the workload. */
export function needsDataset(arrivals: Arrivals): boolean {
  return arrivals.kind === 'trace' && arrivals.atMs === null;
}

export type Schedule = { seed: number; levelIndex: number; count: number; rate: RateProfile; arrivals: Arrivals };

/**
 * Computes when each request of an open loop is due, ms after the stage's start: a pure function of its arguments, the same
 * in every worker of the stage; a shorter schedule is the beginning of a longer one.
 *
 * A process of rate 1 is mapped through the profile. `constant`: the k-th arrival where k are expected, the first at 0.
 * `poisson`: running sums of exponential gaps. `gamma`: of gamma gaps with mean 1 and variance `burstiness`, so of shape
 * 1 / burstiness; burstiness 1 is Poisson in distribution, towards 0 constant, and above 1 bursts with lulls between.
 * `trace`: as recorded.
 * @param dataset - what the workload names, read; null or undefined if there is none
 * @throws Error for a trace in a dataset that was not read
 */
export function scheduleArrivals(
  { seed, levelIndex, count, rate, arrivals }: Schedule,
  dataset: Dataset | null | undefined = null,
): Float64Array {
  if (arrivals.kind === 'constant') return Float64Array.from({ length: count }, (_, k) => whenExpectedMs(rate, k));
  if (arrivals.kind === 'trace') {
    const atMs = arrivals.atMs ?? readInstants(dataset);
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
    // Where a ramp ends, rounding may send an arrival back behind the one before it.
    lastMs = Math.max(lastMs, whenExpectedMs(rate, expected));
    dueMs[index] = lastMs;
  }
  return dueMs;
}

function readInstants(dataset: Dataset | null | undefined): number[] {
  if (dataset?.kind !== 'trace') throw new Error('The instants of the trace stand in its dataset, which was not read');
  return sinceFirstMs(dataset.entries);
}
