import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { mean } from './mean.ts';
import type { PermutationTest } from './permutation-test.ts';
import { quantile } from './quantile.ts';
import type { Resampling } from './resampling.ts';
import { resamplingGenerator } from './resampling-generator.ts';
import { tailsOf } from './tails-of.ts';

/**
 * Permutation test of paired values, two-sided: how often does swapping the members of random pairs (the sign of their
 * difference) give a mean or median difference at least as far out? Exact, over all 2ⁿ swaps, where there are no more of
 * them than `resamples`; else as `permutationTest`. Null for no pairs.
 * @param differences target − base of each pair
 */
export function pairedPermutationTest(
  differences: Float64Array,
  options: Resampling & { statistic: 'mean' | 'median' },
): PermutationTest | null {
  const { statistic, seed, resamples } = options;
  const statisticOf = (values: Float64Array) =>
    (statistic === 'mean' ? mean(values) : quantile(values, 0.5)) ?? Number.NaN;
  if (differences.length === 0) return null;
  const observed = statisticOf(differences);
  const exact = 2 ** differences.length <= resamples;
  const flips = exact
    ? everyFlip(differences)
    : randomFlips(differences, resamples, resamplingGenerator(seed, 'swapped pairs'));
  const largest = differences.reduce((max, difference) => Math.max(max, Math.abs(difference)), 0);
  const tails = tailsOf(observed, largest * 1e-12);
  for (const flipped of flips) tails.add(statisticOf(flipped));
  const method = exact ? 'exact' : 'random';
  return { test: 'paired permutation', statistic: observed, pValue: tails.pValue(method), method, seed, resamples };
}

function* everyFlip(differences: Float64Array): Generator<Float64Array> {
  for (let signs = 0; signs < 2 ** differences.length; signs++) {
    yield differences.map((difference, i) => ((signs >>> i) & 1 ? -difference : difference));
  }
}

function* randomFlips(differences: Float64Array, times: number, random: RandomGenerator): Generator<Float64Array> {
  const flipped = differences.slice();
  for (let time = 0; time < times; time++) {
    let bits = 0;
    for (let i = 0; i < flipped.length; i++) {
      if (i % 32 === 0) bits = random.next();
      flipped[i] = (bits >>> (i % 32)) & 1 ? -(differences[i] ?? 0) : (differences[i] ?? 0);
    }
    yield flipped;
  }
}
