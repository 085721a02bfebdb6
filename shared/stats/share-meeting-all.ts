import type { Interval } from './interval.ts';
import { wilsonInterval } from './wilson-interval.ts';

/** One limit that a request has to meet: its values, one per request, null where it has none. */
export type Limit = { values: readonly (number | null)[]; limit: number; is: 'at_most' | 'at_least' };

export type Share = { met: number; n: number; share: number | null; interval: Interval | null };

/**
 * The share of requests that meet every limit (goodput against SLOs), between 0 and 1, with its Wilson interval. A request
 * without a value does not meet its limit: so failures, issued but without a latency, stay in the denominator.
 * Null for no requests. Without limits every request meets them all.
 * @param n how many requests were issued; every list of values has this length
 */
export function shareMeetingAll(limits: readonly Limit[], n: number, level = 0.95): Share {
  let met = 0;
  for (let i = 0; i < n; i++) if (limits.every((limit) => meets(limit, i))) met += 1;
  return { met, n, share: n === 0 ? null : met / n, interval: wilsonInterval(met, n, level) };
}

function meets({ values, limit, is }: Limit, i: number): boolean {
  const value = values[i];
  if (value === undefined || value === null) return false;
  return is === 'at_most' ? value <= limit : value >= limit;
}
