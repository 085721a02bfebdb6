import { normalQuantile } from './distributions.ts';
import type { Interval } from './interval.ts';

/**
 * Computes Wilson's score interval for a share, from 0 to 1 (E. B. Wilson, JASA 22, 1927): all π with |k/n − π| ≤
 * z·√(π(1 − π)/n). Its coverage is close to `level` on average over π. Null for n = 0. Example: 97 of 100 gives
 * 0.915…0.990.
 */
export function wilsonInterval(successes: number, n: number, level = 0.95): Interval | null {
  if (n === 0) return null;
  const z = normalQuantile((1 + level) / 2);
  const share = successes / n;
  const shrink = 1 + (z * z) / n;
  const center = (share + (z * z) / (2 * n)) / shrink;
  const half = (z / shrink) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  // At the ends the formula is 0 or 1, except for rounding.
  const low = successes === 0 ? 0 : Math.max(0, center - half);
  const high = successes === n ? 1 : Math.min(1, center + half);
  return { level, low, high, method: 'Wilson' };
}
