import type { Interval } from './interval.ts';

/** On which side of a limit a statistic lies, as far as its interval tells. */
export type Side = 'above' | 'below' | 'inconclusive';

/**
 * The side of a limit on which the whole interval lies: `above` where even its low end reaches the limit, `below` where
 * its high end stays under it, else `inconclusive`, and so where there is no interval. An interval at 95 % with equal tails
 * says `above` of a true value below the limit (or `below` of one that reaches it) in about 2.5 % of experiments.
 * Example: answers right in 97 of 100 (0.915…0.990) leave a limit of 97 % open; 50 of 100 are below it.
 */
export function judgeAgainst(interval: Interval | null, limit: number): Side {
  if (interval === null) return 'inconclusive';
  if (interval.low >= limit) return 'above';
  return interval.high < limit ? 'below' : 'inconclusive';
}
