import { normalCdf } from './normal-cdf.ts';
import { rankSum } from './rank-sum.ts';
import { requireFinite } from './require-finite.ts';
import type { TestResult } from './test-result.ts';

/** With more pairs of values than this the exact distribution costs time, and the approximation is good to 1 %. */
const maxExactPairs = 2_500;

/**
 * The Mann-Whitney U test, two-sided: do the values of one sample tend to be larger? (H. B. Mann and D. R. Whitney, Ann.
 * Math. Statist. 18, 1947.) Exact where no two values are equal and nBase·nTarget ≤ 2,500; else the normal approximation
 * with the correction of the variance for ties and of U for continuity by ½, as scipy's `mannwhitneyu`. p is 1 where all
 * values are equal. Null for an empty sample.
 */
export function mannWhitney(base: Float64Array, target: Float64Array): TestResult | null {
  const pairs = base.length * target.length;
  if (pairs === 0) return null;
  requireFinite(base, target);
  const { sum, tieTerm } = rankSum(target, concatenate(target, base));
  const u = sum - (target.length * (target.length + 1)) / 2;
  const exact = tieTerm === 0 && pairs <= maxExactPairs;
  const larger = Math.max(u, pairs - u);
  const pValue = exact
    ? exactPValue(base.length, target.length, larger)
    : normalPValue(base.length, target.length, larger, tieTerm);
  const method = exact ? ('exact' as const) : ('normal' as const);
  return { test: 'Mann-Whitney U', statistic: u, pValue, method };
}

function concatenate(first: Float64Array, second: Float64Array): Float64Array {
  const both = new Float64Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function normalPValue(nBase: number, nTarget: number, larger: number, tieTerm: number): number {
  const pairs = nBase * nTarget;
  const n = nBase + nTarget;
  const variance = (pairs / 12) * (n + 1 - tieTerm / (n * (n - 1)));
  if (!(variance > 0)) return 1;
  const z = (larger - pairs / 2 - 0.5) / Math.sqrt(variance);
  return Math.min(1, 2 * normalCdf(-z));
}

/** 2·P(U ≥ u) by counting the ways to choose m of the ranks 1…m + n with each sum. */
function exactPValue(nBase: number, nTarget: number, larger: number): number {
  const chosen = Math.min(nBase, nTarget);
  const size = nBase * nTarget + 1;
  // ways[j][u]: choices of j ranks whose sum lies u above the smallest one, 1 + … + j.
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
