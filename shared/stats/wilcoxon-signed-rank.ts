import { midranks } from './midranks.ts';
import { normalCdf } from './normal-cdf.ts';
import { rankSum } from './rank-sum.ts';
import { requireFinite } from './require-finite.ts';
import type { TestResult } from './test-result.ts';

const maxExactPairs = 50;

/**
 * Wilcoxon's signed-rank test of paired values, two-sided: are differences as often, and as far, above 0 as below?
 * (F. Wilcoxon, Biometrics Bulletin 1, 1945.) Pairs without a difference are left out. Up to 50 pairs exact over all
 * signs, with ties too; beyond, the normal approximation with the variance corrected for ties, without a correction for
 * continuity, as scipy's `wilcoxon`. p is 1 where no pair differs. Null for no pairs.
 * @param differences target − base of each pair
 */
export function wilcoxonSignedRank(differences: Float64Array): TestResult | null {
  if (differences.length === 0) return null;
  requireFinite(differences);
  const differing = differences.filter((difference) => difference !== 0);
  const sizes = differing.map(Math.abs);
  const { sum: above, tieTerm } = rankSum(
    differing.filter((difference) => difference > 0),
    sizes,
  );
  const exact = differing.length <= maxExactPairs;
  const pValue = exact ? exactPValue(midranks(sizes), above) : normalPValue(differing.length, above, tieTerm);
  return { test: 'Wilcoxon signed-rank', statistic: above, pValue, method: exact ? 'exact' : 'normal' };
}

function normalPValue(n: number, above: number, tieTerm: number): number {
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - tieTerm / 48;
  const z = Math.abs(above - (n * (n + 1)) / 4) / Math.sqrt(variance);
  return Math.min(1, 2 * normalCdf(-z));
}

/** Over all signs of the ranks: twice the smaller tail. Midranks are halves at worst, so twice them is whole. */
function exactPValue(ranks: Float64Array, above: number): number {
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
