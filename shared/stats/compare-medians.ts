import { hash } from 'node:crypto';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { Contrast, Contrasts, Interval } from './interval.ts';
import { quantile, sortedQuantile } from './quantile.ts';

/**
 * Compares the medians of two samples. Computes percentile bootstrap intervals of the difference and the ratio from the
 * same resamples. For paired samples, draws pairs, so that variation that both samples share cancels out.
 * @param base at least one value; if paired, value i of both samples belongs to prompt i
 * @param options.seed a safe integer; equal data and options give the same result on any machine
 */
export function compareMedians(
  base: Float64Array,
  target: Float64Array,
  { paired, seed, resamples, level = 0.95 }: { paired: boolean; seed: number; resamples: number; level?: number },
): Contrasts {
  if (paired && base.length !== target.length) throw new Error('Paired samples must have equal lengths');
  const random = resamplingGenerator(seed, `medians, ${paired ? 'pairs' : 'two samples'}`);
  const draw = (...columns: Float64Array[]) => resampleMedians(columns, resamples, random);
  const [bases, targets] = paired ? draw(base, target) : [...draw(base), ...draw(target)];
  const medians = { base: quantile(base, 0.5) ?? Number.NaN, target: quantile(target, 0.5) ?? Number.NaN };
  const contrast = (of: (target: number, base: number) => number): Contrast => {
    const value = of(medians.target, medians.base);
    if (!Number.isFinite(value))
      return { value: null, interval: null, reason: 'the median of the base is not above 0' };
    const replicates = Float64Array.from(targets ?? [], (t, b) => of(t, bases?.[b] ?? Number.NaN));
    const interval = percentileInterval(replicates, level);
    if (interval === null)
      return {
        value,
        interval,
        reason: 'the median of the base is 0 or less in some bootstrap resamples, so the ratio has no interval',
      };
    const method = `${interval.method} (${resamples} resamples, seed ${seed})`;
    return { value, interval: { ...interval, method }, reason: null };
  };
  return { difference: contrast((t, b) => t - b), ratio: contrast((t, b) => (b > 0 ? t / b : Number.NaN)) };
}

/**
 * Computes the percentile bootstrap interval (B. Efron, Ann. Statist. 7, 1979): the (1 − level)/2 and (1 + level)/2
 * quantiles (type 7) of the bootstrap replicates. Returns null without replicates, or if one is NaN or Infinity.
 */
export function percentileInterval(replicates: Float64Array, level = 0.95): Interval | null {
  const sorted = replicates.slice().sort();
  const tail = (1 - level) / 2;
  const low = sortedQuantile(sorted, tail);
  const high = sortedQuantile(sorted, 1 - tail);
  // Sorting puts NaN last, so a finite last value shows that there is no NaN.
  if (low === null || high === null || !Number.isFinite(sorted.at(-1)) || !Number.isFinite(low)) return null;
  return { level, low, high, method: 'bootstrap, percentile' };
}

/**
 * Returns the bootstrap replicates of each column's median. All columns use the same randomly drawn rows. Counts how
 * often each row was drawn, so that each column needs to be sorted only once.
 * @param columns columns of equal length, at least 1
 */
function resampleMedians(columns: readonly Float64Array[], resamples: number, random: RandomGenerator): Float64Array[] {
  const n = columns[0]?.length ?? 0;
  const ordered = columns.map((column) => {
    const order = Uint32Array.from(column, (_, i) => i).sort((a, b) => (column[a] ?? 0) - (column[b] ?? 0));
    return { order, column, replicates: new Float64Array(resamples) };
  });
  const counts = new Uint32Array(n);
  for (let b = 0; b < resamples; b++) {
    counts.fill(0);
    for (let i = 0; i < n; i++) {
      const row = drawIndex(random, n);
      counts[row] = (counts[row] ?? 0) + 1;
    }
    for (const { order, column, replicates } of ordered) replicates[b] = findMedian(column, order, counts);
  }
  return ordered.map(({ replicates }) => replicates);
}

/** Returns the median of n drawn rows. Row i was drawn `counts[i]` times. */
function findMedian(column: Float64Array, order: Uint32Array, counts: Uint32Array): number {
  const n = order.length;
  const lowerRank = Math.floor((n + 1) / 2);
  const upperRank = Math.floor(n / 2) + 1;
  let seen = 0;
  let lower = Number.NaN;
  for (const row of order) {
    const before = seen;
    seen += counts[row] ?? 0;
    const value = column[row] ?? Number.NaN;
    if (before < lowerRank && seen >= lowerRank) lower = value;
    if (seen >= upperRank) return lower + (value - lower) / 2;
  }
  return lower;
}

/** Creates a random number generator from the SHA-256 of seed and purpose, so that similar seeds are independent. */
export function resamplingGenerator(seed: number, purpose: string): RandomGenerator {
  const digest = hash('sha256', `resampling/${purpose}/${seed}`, 'buffer');
  return xoroshiro128plusFromState([0, 4, 8, 12].map((offset) => digest.readInt32LE(offset)));
}

const span = 2 ** 32;

/**
 * Draws a random integer from 0 to n − 1 without bias (D. Lemire, Fast random integer generation in an interval, 2019).
 * @param n from 1 to 2^21, so that the product is exact in a double
 */
export function drawIndex(random: RandomGenerator, n: number): number {
  for (;;) {
    const product = (random.next() >>> 0) * n;
    const index = Math.floor(product / span);
    const rest = product - index * span;
    if (rest >= n || rest >= span % n) return index;
  }
}
