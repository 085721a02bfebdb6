import { normalCdf } from './distributions.ts';
import { rankSum, type TestResult } from './rank-sum.ts';
import { requireFinite } from './require-finite.ts';

/** Above this number of pairs the exact distribution is slow, and the approximation is within 1 %. */
const maxExactPairs = 2_500;

/**
 * Runs the two-sided Mann-Whitney U test (H. B. Mann and D. R. Whitney, Ann. Math. Statist. 18, 1947). Exact without
 * ties and with nBase·nTarget ≤ 2,500; otherwise the normal approximation, corrected for ties and continuity as in
 * scipy's `mannwhitneyu`. p is 1 if all values are equal. Null for an empty sample.
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
    ? computeExactP(base.length, target.length, larger)
    : computeNormalP(base.length, target.length, larger, tieTerm);
  return { test: 'Mann-Whitney U', statistic: u, pValue, method: exact ? 'exact' : 'normal' };
}

function concatenate(first: Float64Array, second: Float64Array): Float64Array {
  const both = new Float64Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

function computeNormalP(nBase: number, nTarget: number, larger: number, tieTerm: number): number {
  const pairs = nBase * nTarget;
  const n = nBase + nTarget;
  const variance = (pairs / 12) * (n + 1 - tieTerm / (n * (n - 1)));
  if (!(variance > 0)) return 1;
  const z = (larger - pairs / 2 - 0.5) / Math.sqrt(variance);
  return Math.min(1, 2 * normalCdf(-z));
}

/** Computes 2·P(U ≥ u) by counting the choices of m of the ranks 1…m + n with each sum. */
function computeExactP(nBase: number, nTarget: number, larger: number): number {
  const chosen = Math.min(nBase, nTarget);
  const size = nBase * nTarget + 1;
  // ways[j][u]: choices of j ranks whose sum exceeds the smallest one, 1 + … + j, by u.
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
