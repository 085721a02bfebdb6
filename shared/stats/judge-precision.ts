import type { Interval } from './interval.ts';
import { minimumNForPrecision, relativePrecision } from './relative-precision.ts';

export type PrecisionRule = {
  /** Stop once the interval reaches no farther than this share of the estimate to either side, on average: 0.05 = ± 5 %. */
  relativePrecision: number;
  /** Never stop before this many values: early intervals are themselves uncertain, and some come out narrow by chance. */
  minimumN: number;
  /** Stop here in any case. */
  maximumN: number;
};

export type PrecisionVerdict = {
  stop: boolean;
  /** `precise`: narrow enough. `limit`: not, but the limit is reached. Null: go on. */
  reason: 'precise' | 'limit' | null;
  precision: number | null;
  /** The n at which to look next: no more than twice the present one, no less than 10 % more. Null after the end. */
  nextN: number | null;
};

/**
 * "Stop when sure": whether a series of n values with this estimate and interval is precise enough. Each look is a chance
 * to stop too early, so looks are to be few: at `nextN`, not after each value (Y. S. Chow and H. Robbins, Ann. Math.
 * Statist. 36, 1965: the coverage of such a rule tends to the level as the asked precision becomes finer; before that it
 * lies somewhat below it).
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
