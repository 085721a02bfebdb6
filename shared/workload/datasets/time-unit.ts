import { z } from 'zod';

/** Units in which traces record times, with their length in ms and their name. */
export const timeUnits = {
  s: { lengthMs: 1_000, name: 'seconds' },
  ms: { lengthMs: 1, name: 'milliseconds' },
  us: { lengthMs: 1e-3, name: 'microseconds' },
  ns: { lengthMs: 1e-6, name: 'nanoseconds' },
} as const;
export type TimeUnit = keyof typeof timeUnits;

// `Object.keys` returns strings, but the keys of this constant are units.
export const timeUnitSchema = z.enum(Object.keys(timeUnits) as TimeUnit[]).meta({ id: 'TimeUnit' });

/** Least number that is a time since 1970 in each unit, from the largest number to the smallest. */
const epochStarts: readonly [from: number, unit: TimeUnit][] = [
  [1e17, 'ns'],
  [1e14, 'us'],
  [1e11, 'ms'],
  [1e9, 's'],
];

/**
 * Detects the unit of timestamps that no form states: from their size if they count from 1970, else from the mean gap
 * between requests. Fractions suggest seconds. Returns null if both seconds and milliseconds are plausible.
 */
export function guessTimeUnit(stamps: readonly number[]): TimeUnit | null {
  const [first = 0] = stamps;
  const epoch = epochStarts.find(([from]) => first >= from);
  if (epoch !== undefined) return epoch[1];
  const gap = ((stamps.at(-1) ?? first) - first) / Math.max(1, stamps.length - 1);
  // Unsorted timestamps are a fault of their own.
  if (gap <= 0) return 'ms';
  if (stamps.every(Number.isInteger)) return gap < leastGapMs ? null : 'ms';
  if (gap < mostGapS) return 's';
  return gap < leastFractionGapMs ? null : 'ms';
}

/** A smaller mean gap is more than 200 requests per second if it is in ms. Traces with whole ms are less dense. */
const leastGapMs = 5;
/** A larger mean gap is less than 3 requests per minute if it is in seconds. Traces with fractions are denser. */
const mostGapS = 20;
const leastFractionGapMs = 100;

/** Describes how times were read: `timestamps read as seconds; span 3,600 s`. */
export function describeTimes(timeUnit: TimeUnit | null, spanMs: number): string {
  const format = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 3 });
  const span = spanMs >= 1_000 ? `${format(spanMs / 1_000)} s` : `${format(spanMs)} ms`;
  return `timestamps read as ${timeUnit === null ? 'dates' : timeUnits[timeUnit].name}; span ${span}`;
}
