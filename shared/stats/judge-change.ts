import type { Interval } from './interval.ts';

/** `same`: within the tolerance. `better` or `worse`: outside the tolerance. `inconclusive`: both are possible. */
export type Change = 'better' | 'worse' | 'same' | 'inconclusive';

/** The range of changes that count as `same`, such as ratios from 0.95 to 1.05 or differences from −0.03 to 0.03. */
export type Tolerance = { low: number; high: number };

/**
 * Judges a change from the 95 % interval of its ratio or difference. The judgment is conclusive only if the whole
 * interval is inside or outside the tolerance. At most about 2.5 % of judgments are wrong.
 */
export function judgeChange({ low, high }: Interval, tolerance: Tolerance, better: 'lower' | 'higher'): Change {
  if (low >= tolerance.low && high <= tolerance.high) return 'same';
  if (low > tolerance.high) return better === 'lower' ? 'worse' : 'better';
  if (high < tolerance.low) return better === 'lower' ? 'better' : 'worse';
  return 'inconclusive';
}

/** Estimates the n per sample that makes an inconclusive change conclusive. Returns null if no n is large enough. */
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
 * Returns the side of a limit on which the whole interval lies. The limit itself counts as above. Returns
 * `inconclusive` if the interval contains the limit or is null. In about 2.5 % of experiments, a 95 % interval lies on
 * the wrong side.
 */
export function judgeAgainst(interval: Interval | null, limit: number): Side {
  if (interval === null) return 'inconclusive';
  if (interval.low >= limit) return 'above';
  return interval.high < limit ? 'below' : 'inconclusive';
}

/**
 * Estimates how large n must be for the interval to exclude the limit: n·(half-width / distance to the limit)², because
 * widths shrink with √n. Null if that is not a safe integer. Example: 225 for 500 ± 60 at n = 100, limit 540.
 */
export function decidingN(n: number, estimate: number, interval: Interval, limit: number): number | null {
  const distance = Math.abs(limit - estimate);
  const reach = limit > estimate ? interval.high - estimate : estimate - interval.low;
  const needed = Math.max(n + 1, Math.ceil(n * (reach / distance) ** 2));
  return distance > 0 && Number.isSafeInteger(needed) ? needed : null;
}
