import type { Interval } from './interval.ts';

export type PrecisionRule = {
  /** Maximum half-width of the interval as a share of the estimate. Example: 0.05 means ± 5 %. */
  relativePrecision: number;
  /** Minimum n before the series may end, because the intervals of short series can be narrow by chance. */
  minimumN: number;
  /** The n at which the series ends even if the estimate is not precise enough. */
  maximumN: number;
};

export type PrecisionVerdict = {
  /** `precise`: the interval is narrow enough. `limit`: n has reached `maximumN`. If null, more values are needed. */
  reason: 'precise' | 'limit' | null;
  precision: number | null;
  /** The n at which to judge again, 10 % to 100 % above the current n. Null if the series has ended. */
  nextN: number | null;
};

/**
 * Judges whether an estimate from n values is precise enough to stop. Each call can stop too early by chance, so call
 * the function again only at `nextN`. The coverage of the interval is close to its level if the required precision is
 * fine, and somewhat lower if the precision is coarse (Y. S. Chow and H. Robbins, Ann. Math. Statist. 36, 1965).
 */
export function judgePrecision(
  n: number,
  estimate: number | null,
  interval: Interval | null,
  rule: PrecisionRule,
): PrecisionVerdict {
  const precision = relativePrecision(estimate, interval);
  if (n >= rule.minimumN && precision !== null && precision <= rule.relativePrecision)
    return { reason: 'precise', precision, nextN: null };
  if (n >= rule.maximumN) return { reason: 'limit', precision, nextN: null };
  const expected = minimumNForPrecision(n, precision, rule.relativePrecision) ?? 2 * n;
  const stepped = Math.min(Math.max(expected, Math.ceil(1.1 * n), n + 1), Math.max(2 * n, n + 1));
  return { reason: null, precision, nextN: Math.min(Math.max(stepped, rule.minimumN), rule.maximumN) };
}

/** Computes (high − low) / (2·|estimate|): 0.05 means ± 5 %. Null if there is no interval or if the estimate is 0. */
export function relativePrecision(estimate: number | null, interval: Interval | null): number | null {
  if (estimate === null || interval === null || estimate === 0) return null;
  const precision = (interval.high - interval.low) / 2 / Math.abs(estimate);
  return Number.isFinite(precision) ? precision : null;
}

/**
 * Estimates the n at which the wanted precision is reached: n·(precision/wanted)², because interval widths shrink with
 * √n. Returns null if the precision is null. Example: ± 10 % at n = 100 needs about 400 for ± 5 %.
 */
export function minimumNForPrecision(n: number, precision: number | null, wanted: number): number | null {
  if (precision === null || !(wanted > 0)) return null;
  return Math.ceil(n * (precision / wanted) ** 2);
}
