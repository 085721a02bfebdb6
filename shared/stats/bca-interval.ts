import type { Interval } from './interval.ts';
import { mean } from './mean.ts';
import { normalCdf } from './normal-cdf.ts';
import { normalQuantile } from './normal-quantile.ts';
import { quantileOfSorted } from './quantile.ts';

/**
 * The bias-corrected and accelerated bootstrap interval (B. Efron, JASA 82, 1987): the quantiles (type 7) of the replicates
 * at Φ(z0 + (z0 + z)/(1 − a(z0 + z))), z the normal quantiles of the level. z0 says how far the estimate lies from the
 * median of its replicates (ties count half), a how its standard error grows with its size (by the jackknife). For several
 * independent samples a is as in Efron and Tibshirani, 15.36, and scipy's `bootstrap`.
 * Null where the replicates do not enclose the estimate. One point where all of them are the same.
 * @param jackknives for each sample the statistic without one of its values, in any order
 */
export function bcaInterval(
  estimate: number,
  replicates: Float64Array,
  jackknives: readonly Float64Array[],
  level = 0.95,
): Interval | null {
  const sorted = replicates.slice().sort();
  const method = 'bootstrap, BCa';
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined || !Number.isFinite(first) || !Number.isFinite(last)) return null;
  if (first === last && first === estimate) return { level, low: first, high: last, method };
  const z0 = normalQuantile(shareBelow(sorted, estimate));
  const a = acceleration(jackknives);
  if (!Number.isFinite(z0)) return null;
  const end = (p: number) => {
    const z = z0 + normalQuantile(p);
    return quantileOfSorted(sorted, normalCdf(z0 + z / (1 - a * z)));
  };
  const low = end((1 - level) / 2);
  const high = end((1 + level) / 2);
  return low === null || high === null ? null : { level, low, high, method };
}

function shareBelow(sorted: Float64Array, estimate: number): number {
  let below = 0;
  for (const replicate of sorted) below += replicate < estimate ? 1 : replicate === estimate ? 0.5 : 0;
  return below / sorted.length;
}

/** Σ over samples of ΣU³/n³ over 6·(Σ over samples of ΣU²/n²)^1.5, U = (n − 1)(mean of the jackknife − each of it). */
function acceleration(jackknives: readonly Float64Array[]): number {
  let cubes = 0;
  let squares = 0;
  for (const jackknife of jackknives) {
    const n = jackknife.length;
    const centre = mean(jackknife) ?? 0;
    for (const value of jackknife) {
      const influence = ((n - 1) * (centre - value)) / n;
      cubes += influence ** 3;
      squares += influence ** 2;
    }
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}
