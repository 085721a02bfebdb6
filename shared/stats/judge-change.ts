import { decidingN } from './deciding-n.ts';
import type { Interval } from './interval.ts';

/**
 * What a change comes to: `same` within the tolerance, `better` or `worse` beyond it, `inconclusive` where the interval
 * spans both.
 */
export type Change = 'better' | 'worse' | 'same' | 'inconclusive';

/** What counts as the same: from `low` to `high`, such as ratios of 0.95 to 1.05, or differences of −0.03 to 0.03. */
export type Tolerance = { low: number; high: number };

/**
 * What an interval of a ratio or difference says of a change: `same` where it lies within the tolerance as a whole,
 * `better` or `worse` where it lies beyond it as a whole, else `inconclusive`. So a verdict is wrong in about 2.5 % of
 * experiments at most, and then only where the truth is at the edge of the tolerance; a significant change too small to
 * matter is `same`.
 */
export function judgeChange({ low, high }: Interval, tolerance: Tolerance, better: 'lower' | 'higher'): Change {
  if (low >= tolerance.low && high <= tolerance.high) return 'same';
  if (low > tolerance.high) return better === 'lower' ? 'worse' : 'better';
  if (high < tolerance.low) return better === 'lower' ? 'better' : 'worse';
  return 'inconclusive';
}

/** About how many values of each make an inconclusive change conclusive, if the estimate stays; null where none does. */
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
