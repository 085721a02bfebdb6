import type { Interval } from './interval.ts';

export type PrecisionRule = {
  /** Maximum half-width of the interval, as a share of the estimate: 0.05 = ± 5 %. */
  relativePrecision: number;
  /** Minimum n, because early intervals can be narrow by chance. */
  minimumN: number;
  /** The n at which the series ends in any case. */
  maximumN: number;
};

export type PrecisionVerdict = {
  stop: boolean;
  /** `precise`: the interval is narrow enough. `limit`: `maximumN` is reached. Null: more values are needed. */
  reason: 'precise' | 'limit' | null;
  precision: number | null;
  /** The n of the next check, 10 % to 100 % above the current one; null after the end. */
  nextN: number | null;
};

/**
 * Judges whether a series of n values is precise enough to stop. Each check can stop too early by chance, so call it
 * again only at `nextN` (Y. S. Chow and H. Robbins, Ann. Math. Statist. 36, 1965: coverage approaches the level as
 * precision becomes finer, and is somewhat lower before).
 */
export function judgePrecision(
  n: number,
  estimate: number | null,
  interval: Interval | null,
  rule: PrecisionRule,
): PrecisionVerdict {
  const precision = relativePrecision(estimate, interval);
  if (n >= rule.minimumN && precision !== null && precision <= rule.relativePrecision)
    return { stop: true, reason: 'precise', precision, nextN: null };
  if (n >= rule.maximumN) return { stop: true, reason: 'limit', precision, nextN: null };
  const expected = minimumNForPrecision(n, precision, rule.relativePrecision) ?? 2 * n;
  const stepped = Math.min(Math.max(expected, Math.ceil(1.1 * n), n + 1), Math.max(2 * n, n + 1));
  return { stop: false, reason: null, precision, nextN: Math.min(Math.max(stepped, rule.minimumN), rule.maximumN) };
}

/**
 * Computes half the width of an interval as a share of the estimate, |high − low| / 2|estimate|: 0.05 is ± 5 %. Null
 * without an interval, or if the estimate is 0.
 */
export function relativePrecision(estimate: number | null, interval: Interval | null): number | null {
  if (estimate === null || interval === null || estimate === 0) return null;
  const precision = (interval.high - interval.low) / 2 / Math.abs(estimate);
  return Number.isFinite(precision) ? precision : null;
}

/**
 * Estimates the n that reaches the wanted precision: n·(precision/wanted)², because widths shrink with √n. Null without
 * a precision. Example: ± 10 % at n = 100 needs about 400 for ± 5 %.
 */
export function minimumNForPrecision(n: number, precision: number | null, wanted: number): number | null {
  if (precision === null || !(wanted > 0)) return null;
  return Math.ceil(n * (precision / wanted) ** 2);
}
