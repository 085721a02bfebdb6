import type { Interval } from './interval.ts';

/** `same`: within the tolerance. `better` or `worse`: beyond it. `inconclusive`: the interval spans both. */
export type Change = 'better' | 'worse' | 'same' | 'inconclusive';

/** The range that counts as `same`, such as ratios from 0.95 to 1.05 or differences from −0.03 to 0.03. */
export type Tolerance = { low: number; high: number };

/**
 * Judges a change from the 95 % interval of a ratio or difference, which must lie entirely within or beyond the
 * tolerance. At most about 2.5 % of verdicts are wrong, when the true value is at the edge of the tolerance.
 */
export function judgeChange({ low, high }: Interval, tolerance: Tolerance, better: 'lower' | 'higher'): Change {
  if (low >= tolerance.low && high <= tolerance.high) return 'same';
  if (low > tolerance.high) return better === 'lower' ? 'worse' : 'better';
  if (high < tolerance.low) return better === 'lower' ? 'better' : 'worse';
  return 'inconclusive';
}

/** Estimates the n per sample that makes an inconclusive change conclusive; null if no n does. */
export function minimumNForChange(
  n: number,
  estimate: number,
  interval: Interval,
  tolerance: Tolerance,
): number | null {
  const reached = [tolerance.low, tolerance.high].filter((edge) => interval.low <= edge && edge <= interval.high);
  const needed = reached.map((edge) => decidingN(n, estimate, interval, edge));
  return needed.reduce<number | null>(
    (most, each) => (most === null || each === null ? null : Math.max(most, each)),
    n + 1,
  );
}

export type Side = 'above' | 'below' | 'inconclusive';

/**
 * Returns the side of a limit on which the whole interval lies; the limit itself counts as above. `inconclusive` if the
 * interval includes the limit, or without an interval. A 95 % interval names the wrong side in about 2.5 % of
 * experiments.
 */
export function judgeAgainst(interval: Interval | null, limit: number): Side {
  if (interval === null) return 'inconclusive';
  if (interval.low >= limit) return 'above';
  return interval.high < limit ? 'below' : 'inconclusive';
}

/**
 * Estimates the n, above the current one, from which the interval excludes a limit: n·(reach/distance)², because widths
 * shrink with √n. Null if no safe integer is large enough. Example: 500 ± 60 at n = 100 and a limit of 540: about 225.
 */
export function decidingN(n: number, estimate: number, interval: Interval, limit: number): number | null {
  const distance = Math.abs(limit - estimate);
  const reach = limit > estimate ? interval.high - estimate : estimate - interval.low;
  const needed = Math.max(n + 1, Math.ceil(n * (reach / distance) ** 2));
  return distance > 0 && Number.isSafeInteger(needed) ? needed : null;
}
