import { normalCdf } from './distributions.ts';
import { requireFinite } from './mean.ts';

/** The result of a two-sided test of whether two samples come from the same distribution. */
export type TestResult = {
  test: 'Mann-Whitney U' | 'Wilcoxon signed-rank';
  /** Mann-Whitney: U of the target. Wilcoxon: W⁺, the sum of the ranks of the positive differences. */
  statistic: number;
  /** Probability, from 0 to 1, of a result at least as extreme as the observed one if both distributions are equal. */
  pValue: number;
  /** `exact`: counted over all possible orders of the values; `normal`: the normal approximation. */
  method: 'exact' | 'normal';
};

/** Returns each value's rank in ascending order, from 1. Equal values get the mean rank: 5, 3, 5 gives 2.5, 1, 2.5. */
export function midranks(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    const value = values[order[start] ?? 0];
    let end = start + 1;
    while (end < order.length && values[order[end] ?? 0] === value) end += 1;
    for (let i = start; i < end; i++) ranks[order[i] ?? 0] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

/**
 * Returns the sum of the ranks that the values in `some` have among the values in `all`. `tieTerm` is Σ(t³ − t) over
 * the groups of t equal values in `all`. For a million values, this is ten times as fast as `midranks`.
 * @param some values that `all` contains at least as often
 */
export function rankSum(some: Float64Array, all: Float64Array): { sum: number; tieTerm: number } {
  const chosen = some.slice().sort();
  const sorted = all.slice().sort();
  let sum = 0;
  let tieTerm = 0;
  let taken = 0;
  for (let start = 0; start < sorted.length; ) {
    const value = sorted[start];
    let end = start + 1;
    while (end < sorted.length && sorted[end] === value) end += 1;
    const before = taken;
    while (taken < chosen.length && chosen[taken] === value) taken += 1;
    sum += ((taken - before) * (start + 1 + end)) / 2;
    tieTerm += (end - start) ** 3 - (end - start);
    start = end;
  }
  return { sum, tieTerm };
}

/** If nBase·nTarget is larger, the exact distribution is slow, and the approximation's error is less than 1 %. */
const maxExactProduct = 2_500;

/**
 * Runs the two-sided Mann-Whitney U test (H. B. Mann and D. R. Whitney, Ann. Math. Statist. 18, 1947). Exact if there
 * are no ties and nBase·nTarget ≤ 2,500. Otherwise uses the normal approximation, corrected for ties and continuity
 * like scipy's `mannwhitneyu`. The p-value is 1 if all values are equal. Returns null if a sample is empty.
 */
export function mannWhitney(base: Float64Array, target: Float64Array): TestResult | null {
  const pairs = base.length * target.length;
  if (pairs === 0) return null;
  requireFinite(base, target);
  const { sum, tieTerm } = rankSum(target, concatenate(target, base));
  const u = sum - (target.length * (target.length + 1)) / 2;
  const exact = tieTerm === 0 && pairs <= maxExactProduct;
  const larger = Math.max(u, pairs - u);
  const pValue = exact
    ? computeExactRankSumP(base.length, target.length, larger)
    : computeNormalRankSumP(base.length, target.length, larger, tieTerm);
  return { test: 'Mann-Whitney U', statistic: u, pValue, method: exact ? 'exact' : 'normal' };
}

function concatenate(first: Float64Array, second: Float64Array): Float64Array {
  const both = new Float64Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function computeNormalRankSumP(nBase: number, nTarget: number, larger: number, tieTerm: number): number {
  const pairs = nBase * nTarget;
  const n = nBase + nTarget;
  const variance = (pairs / 12) * (n + 1 - tieTerm / (n * (n - 1)));
  if (!(variance > 0)) return 1;
  const z = (larger - pairs / 2 - 0.5) / Math.sqrt(variance);
  return Math.min(1, 2 * normalCdf(-z));
}

/** Computes 2·P(U ≥ u) exactly: counts how many choices of min(nBase, nTarget) ranks give each U. */
function computeExactRankSumP(nBase: number, nTarget: number, larger: number): number {
  const chosen = Math.min(nBase, nTarget);
  const size = nBase * nTarget + 1;
  // ways[j][u] is the number of ways to choose j ranks whose sum is u above the smallest possible sum, 1 + … + j.
  const ways = Array.from({ length: chosen + 1 }, () => new Float64Array(size));
  if (ways[0] !== undefined) ways[0][0] = 1;
  for (let rank = 1; rank <= nBase + nTarget; rank++) {
    for (let j = Math.min(chosen, rank); j >= 1; j--) {
      const to = ways[j];
      const from = ways[j - 1];
      if (to === undefined || from === undefined) continue;
      for (let u = size - 1 - (rank - j); u >= 0; u--) to[u + rank - j] = (to[u + rank - j] ?? 0) + (from[u] ?? 0);
    }
  }
  const counts = ways[chosen] ?? new Float64Array();
  let all = 0;
  let asFar = 0;
  counts.forEach((count, u) => {
    all += count;
    if (u >= larger) asFar += count;
  });
  return Math.min(1, (2 * asFar) / all);
}

const maxExactPairs = 50;

/**
 * Runs the two-sided Wilcoxon signed-rank test of target − base (F. Wilcoxon, Biometrics Bulletin 1, 1945). Excludes
 * equal pairs. Exact up to 50 pairs, even with ties. Otherwise uses the normal approximation, corrected for ties but
 * not continuity, like scipy's `wilcoxon`. The p-value is 1 if no pair differs. Null if there are no pairs.
 */
export function wilcoxonSignedRank(differences: Float64Array): TestResult | null {
  if (differences.length === 0) return null;
  requireFinite(differences);
  const differing = differences.filter((difference) => difference !== 0);
  const sizes = differing.map(Math.abs);
  const positive = differing.filter((difference) => difference > 0);
  const { sum: above, tieTerm } = rankSum(positive, sizes);
  const exact = differing.length <= maxExactPairs;
  const pValue = exact
    ? computeExactSignedRankP(midranks(sizes), above)
    : computeNormalSignedRankP(differing.length, above, tieTerm);
  return { test: 'Wilcoxon signed-rank', statistic: above, pValue, method: exact ? 'exact' : 'normal' };
}

function computeNormalSignedRankP(n: number, above: number, tieTerm: number): number {
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - tieTerm / 48;
  const z = Math.abs(above - (n * (n + 1)) / 4) / Math.sqrt(variance);
  return Math.min(1, 2 * normalCdf(-z));
}

/** Returns twice the smaller tail's probability over all signs of the ranks. Doubles the ranks to get integers. */
function computeExactSignedRankP(ranks: Float64Array, above: number): number {
  let total = 0;
  for (const rank of ranks) total += 2 * rank;
  const chances = new Float64Array(total + 1);
  chances[0] = 1;
  for (const rank of ranks) {
    const step = 2 * rank;
    for (let sum = total; sum >= 0; sum--) {
      chances[sum] = ((chances[sum] ?? 0) + (sum >= step ? (chances[sum - step] ?? 0) : 0)) / 2;
    }
  }
  let below = 0;
  let beyond = 0;
  chances.forEach((chance, sum) => {
    if (sum <= 2 * above) below += chance;
    if (sum >= 2 * above) beyond += chance;
  });
  return Math.min(1, 2 * Math.min(below, beyond));
}
