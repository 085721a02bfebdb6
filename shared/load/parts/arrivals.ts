import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { drawUnitGamma } from '../../workload/distributions/draw-gamma.ts';
import { seededRandom } from '../../workload/distributions/seeded-random.ts';
import type { Arrivals } from '../load.ts';
import { type RateProfile, whenExpectedMs } from './rate-profile.ts';

export type Schedule = { seed: number; levelIndex: number; count: number; rate: RateProfile; arrivals: Arrivals };

/**
 * When each request of an open loop is due, ms after the stage's start: a pure function of its arguments, the same in
 * every worker of the stage; a shorter schedule is the beginning of a longer one.
 *
 * A process of rate 1 is mapped through the profile. `constant`: the k-th arrival where k are expected, the first at 0.
 * `poisson`: running sums of exponential gaps. `gamma`: of gamma gaps with mean 1 and variance `burstiness`, so of shape
 * 1 / burstiness; burstiness 1 is Poisson in distribution, towards 0 constant, and above 1 bursts with lulls between.
 * `trace`: as recorded.
 * @throws Error of a trace whose instants stand in a dataset: see `withTraceInstants`
 */
export function scheduleArrivals({ seed, levelIndex, count, rate, arrivals }: Schedule): Float64Array {
  if (arrivals.kind === 'constant') return Float64Array.from({ length: count }, (_, k) => whenExpectedMs(rate, k));
  if (arrivals.kind === 'trace') {
    const { atMs, speed } = arrivals;
    if (atMs === null) throw new Error('The instants of the trace stand in its dataset, which was not read');
    return Float64Array.from(atMs.slice(0, count), (sinceFirstMs) => sinceFirstMs / speed);
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
