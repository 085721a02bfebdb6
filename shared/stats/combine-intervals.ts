import type { Contrasts } from './contrast.ts';
import type { Interval } from './interval.ts';

export type Located = { value: number; interval: Interval };

/**
 * Intervals for target − base and target / base from one interval of each, for independent samples (G. Y. Zou and
 * A. Donner, Statistics in Medicine 27, 2008, "MOVER"): with d = t − b its ends are d − √((t − tLow)² + (bHigh − b)²) and
 * d + √((tHigh − t)² + (b − bLow)²). The ratio is the difference of the logarithms. Whatever skewness the two intervals
 * carry goes into the result; nothing is resampled, so it serves where values are too many for a bootstrap.
 * The ratio is null where a value or a low end is not above 0. Pairs that vary together only make it wider than need be.
 */
export function combineIntervals(base: Located, target: Located): Contrasts {
  const { level } = base.interval;
  const method = `${base.interval.method}, combined (MOVER)`;
  const plain = spread(findEnds(base, identity), findEnds(target, identity));
  const difference = { value: target.value - base.value, interval: { level, ...plain, method }, reason: null };
  const withoutInterval = (of: number | null, reason: string) => ({
    difference,
    ratio: { value: of, interval: null, reason },
  });
  if (!(base.value > 0 && target.value > 0)) return withoutInterval(null, 'one of both is not above 0');
  const value = target.value / base.value;
  if (!(base.interval.low > 0 && target.interval.low > 0))
    return withoutInterval(value, 'one of both cannot be told from 0');
  const logarithmic = spread(findEnds(base, Math.log), findEnds(target, Math.log));
  const interval = { level, low: Math.exp(logarithmic.low), high: Math.exp(logarithmic.high), method };
  return { difference, ratio: { value, interval, reason: null } };
}

const identity = (value: number) => value;

function findEnds({ value, interval }: Located, scale: (value: number) => number) {
  return { value: scale(value), low: scale(interval.low), high: scale(interval.high) };
}

type Ends = ReturnType<typeof findEnds>;

function spread(base: Ends, target: Ends): { low: number; high: number } {
  const difference = target.value - base.value;
  return {
    low: difference - Math.hypot(target.value - target.low, base.high - base.value),
    high: difference + Math.hypot(target.high - target.value, base.value - base.low),
  };
}
