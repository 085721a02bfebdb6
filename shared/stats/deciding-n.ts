import type { Interval } from './interval.ts';

/**
 * About how many values it takes until the interval no longer reaches a limit, should the estimate stay where it is:
 * n·(reach/distance)², reach from the estimate to the end of the interval on the limit's side, since widths shrink with √n.
 * At least n + 1, for an interval that holds the limit. Null where the estimate is at the limit itself, or where the
 * number is beyond counting: no n decides then.
 * Example: 500 ± 60 of 100 values, against a limit of 540: about 225.
 */
export function decidingN(n: number, estimate: number, interval: Interval, limit: number): number | null {
  const distance = Math.abs(limit - estimate);
  const reach = limit > estimate ? interval.high - estimate : estimate - interval.low;
  const needed = Math.max(n + 1, Math.ceil(n * (reach / distance) ** 2));
  return distance > 0 && Number.isSafeInteger(needed) ? needed : null;
}
