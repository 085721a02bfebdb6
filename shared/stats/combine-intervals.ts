import type { Contrasts, Interval } from './interval.ts';

export type Located = { value: number; interval: Interval };

/**
 * Computes intervals for target − base and target / base from the intervals of two independent samples (G. Y. Zou and
 * A. Donner, Statistics in Medicine 27, 2008, "MOVER"). The ends of the interval for d = t − b are d − √((t − tLow)² +
 * (bHigh − b)²) and d + √((tHigh − t)² + (b − bLow)²); the ratio uses logarithms. For paired samples, the intervals are
 * too wide. The ratio is null unless both values are above 0; its interval is null unless both low ends are above 0.
 */
export function combineIntervals(base: Located, target: Located): Contrasts {
  const { level } = base.interval;
  const method = `${base.interval.method}, combined (MOVER)`;
  const plain = spread(findEnds(base, identity), findEnds(target, identity));
  const difference = { value: target.value - base.value, interval: { level, ...plain, method }, reason: null };
  if (!(base.value > 0 && target.value > 0))
    return { difference, ratio: { value: null, interval: null, reason: 'one of the two values is not above 0' } };
  const value = target.value / base.value;
  if (!(base.interval.low > 0 && target.interval.low > 0))
    return { difference, ratio: { value, interval: null, reason: 'one of the two intervals reaches 0' } };
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
