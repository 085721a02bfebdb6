import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { seededRandom } from './seeded-random.ts';

/** Due instants (ms after the stage's start) at a constant rate: the first at 0, the k-th at k / rate. */
export function constantDueMs(count: number, requestsPerSecond: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => (index * 1_000) / requestsPerSecond);
}

/**
 * Due instants (ms after the stage's start) of a Poisson process: running sums of exponential gaps of mean 1 / rate.
 * A pure function of its arguments; a shorter schedule is the beginning of a longer one.
 */
export function poissonDueMs(seed: number, stage: number, count: number, requestsPerSecond: number): Float64Array {
  const random = seededRandom(seed, 'arrivals', stage);
  const dueMs = new Float64Array(count);
  let atMs = 0;
  for (let index = 0; index < count; index++) {
    atMs += (-Math.log1p(-uniformFloat64(random)) * 1_000) / requestsPerSecond;
    dueMs[index] = atMs;
  }
  return dueMs;
}
