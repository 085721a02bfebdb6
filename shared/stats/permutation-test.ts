import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { drawIndex } from './draw-index.ts';
import { mean } from './mean.ts';
import type { Resampling } from './resampling.ts';
import { resamplingGenerator } from './resampling-generator.ts';
import { tailsOf } from './tails-of.ts';
import type { TestResult } from './test-result.ts';

export type PermutationTest = TestResult & Resampling;

/**
 * Permutation test of the difference of means or medians (target − base), two-sided: how often does a random division of all
 * values into two groups of these sizes give a difference at least as far out (E. J. G. Pitman, 1937)? Exact, over all
 * divisions, where there are no more of them than `resamples`; else over that many drawn ones, and then the observed one
 * counts as one of them (B. Phipson and G. K. Smyth, 2010), as in scipy's `permutation_test`. p is twice the smaller tail.
 * Null for an empty sample.
 */
export function permutationTest(
  base: Float64Array,
  target: Float64Array,
  options: Resampling & { statistic: 'mean' | 'median' },
): PermutationTest | null {
  const { statistic, seed, resamples } = options;
  if (base.length === 0 || target.length === 0) return null;
  const pooled = pool(base, target);
  const differenceOf = statistic === 'mean' ? differenceOfMeans : differenceOfMedians;
  const observed = differenceOf(pooled.values, pooled.isTarget, target.length);
  const exact = countChoices(pooled.values.length, target.length, resamples) <= resamples;
  const divisions = exact
    ? everyChoice(pooled.values.length, target.length)
    : randomChoices(pooled.isTarget, resamples, resamplingGenerator(seed, 'permutations'));
  const spread = (pooled.values.at(-1) ?? 0) - (pooled.values[0] ?? 0);
  const tails = tailsOf(observed, spread * 1e-12);
  for (const isTarget of divisions) tails.add(differenceOf(pooled.values, isTarget, target.length));
  const method = exact ? 'exact' : 'random';
  return { test: 'permutation', statistic: observed, pValue: tails.pValue(method), method, seed, resamples };
}

/** All values about their mean, which keeps the digits of small differences, in ascending order with where each is from. */
function pool(base: Float64Array, target: Float64Array): { values: Float64Array; isTarget: Uint8Array } {
  const both = [...base, ...target];
  const centre = mean(both) ?? 0;
  const rows = both.map((value, i) => ({ value: value - centre, from: i < base.length ? 0 : 1 }));
  rows.sort((a, b) => a.value - b.value);
  return {
    values: Float64Array.from(rows, ({ value }) => value),
    isTarget: Uint8Array.from(rows, ({ from }) => from),
  };
}

function differenceOfMeans(values: Float64Array, isTarget: Uint8Array, nTarget: number): number {
  let inTarget = 0;
  let all = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    all += value;
    if (isTarget[i] === 1) inTarget += value;
  }
  return inTarget / nTarget - (all - inTarget) / (values.length - nTarget);
}

function differenceOfMedians(values: Float64Array, isTarget: Uint8Array, nTarget: number): number {
  return medianOf(values, isTarget, 1, nTarget) - medianOf(values, isTarget, 0, values.length - nTarget);
}

/** The median of the ascending values of one group of n. */
function medianOf(values: Float64Array, isTarget: Uint8Array, group: 0 | 1, n: number): number {
  let left = Math.floor((n + 1) / 2);
  let i = 0;
  for (; left > 0; i++) if (isTarget[i] === group) left -= 1;
  const lower = values[i - 1] ?? Number.NaN;
  if (n % 2 === 1) return lower;
  while (i < values.length && isTarget[i] !== group) i += 1;
  return (lower + (values[i] ?? Number.NaN)) / 2;
}

/** n over k, or some number beyond the limit. */
function countChoices(n: number, k: number, limit: number): number {
  let count = 1;
  for (let i = 1; i <= Math.min(k, n - k) && count <= limit; i++) count = Math.round((count * (n - i + 1)) / i);
  return count;
}

/** Each way to mark k of n, in one array that changes. */
function* everyChoice(n: number, k: number, start = 0, marks = new Uint8Array(n)): Generator<Uint8Array> {
  if (k === 0) {
    yield marks;
    return;
  }
  for (let i = start; i <= n - k; i++) {
    marks[i] = 1;
    yield* everyChoice(n, k - 1, i + 1, marks);
    marks[i] = 0;
  }
}

/** The marks shuffled (Fisher-Yates), in one array that changes. */
function* randomChoices(marks: Uint8Array, times: number, random: RandomGenerator): Generator<Uint8Array> {
  const shuffled = marks.slice();
  for (let time = 0; time < times; time++) {
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = drawIndex(random, i + 1);
      const kept = shuffled[i] ?? 0;
      shuffled[i] = shuffled[j] ?? 0;
      shuffled[j] = kept;
    }
    yield shuffled;
  }
}
