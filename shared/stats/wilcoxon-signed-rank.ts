import { normalCdf } from './distributions.ts';
import { midranks, rankSum, type TestResult } from './rank-sum.ts';
import { requireFinite } from './require-finite.ts';

const maxExactPairs = 50;

/**
 * Runs the two-sided Wilcoxon signed-rank test of target − base (F. Wilcoxon, Biometrics Bulletin 1, 1945). Excludes
 * pairs without a difference. Exact up to 50 pairs, also with ties; otherwise the normal approximation, corrected for
 * ties but not for continuity as in scipy's `wilcoxon`. p is 1 if no pair differs. Null for no pairs.
 */
export function wilcoxonSignedRank(differences: Float64Array): TestResult | null {
  if (differences.length === 0) return null;
  requireFinite(differences);
  const differing = differences.filter((difference) => difference !== 0);
  const sizes = differing.map(Math.abs);
  const positive = differing.filter((difference) => difference > 0);
  const { sum: above, tieTerm } = rankSum(positive, sizes);
  const exact = differing.length <= maxExactPairs;
  const pValue = exact ? computeExactP(midranks(sizes), above) : computeNormalP(differing.length, above, tieTerm);
  return { test: 'Wilcoxon signed-rank', statistic: above, pValue, method: exact ? 'exact' : 'normal' };
}

function computeNormalP(n: number, above: number, tieTerm: number): number {
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - tieTerm / 48;
  const z = Math.abs(above - (n * (n + 1)) / 4) / Math.sqrt(variance);
  return Math.min(1, 2 * normalCdf(-z));
}

/** Returns twice the smaller tail over all signs of the ranks. Doubles the midranks, which makes them integers. */
function computeExactP(ranks: Float64Array, above: number): number {
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
