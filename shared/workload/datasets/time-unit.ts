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

/** Times in ms since 1970 between 2001 and 2100. */
const epochMs = { from: 1e12, to: 4.1e12 };

/** Returns the unit of times since 1970, or null for other times. */
export function findEpochUnit([first = 0]: readonly number[]): TimeUnit | null {
  const isSinceEpoch = (unit: TimeUnit) => {
    const atMs = first * timeUnits[unit].lengthMs;
    return atMs >= epochMs.from && atMs < epochMs.to;
  };
  return timeUnitSchema.options.find(isSinceEpoch) ?? null;
}

/**
 * Lists the units that timestamps can have if no form states one. Times since 1970 show it by their size, and others by
 * the mean gap between requests. Fractions suggest seconds. More than one unit means that the caller must state it.
 */
export function listTimeUnits(stamps: readonly number[]): readonly TimeUnit[] {
  const epochUnit = findEpochUnit(stamps);
  if (epochUnit !== null) return [epochUnit];
  const [first = 0] = stamps;
  const gap = ((stamps.at(-1) ?? first) - first) / Math.max(1, stamps.length - 1);
  // Unsorted timestamps are a fault of their own.
  if (gap <= 0) return ['ms'];
  if (gap < mostGapS && !stamps.every(Number.isInteger)) return ['s'];
  if (gap <= leastGapMs) return ['s', 'ms'];
  return gap <= mostGapMs ? ['ms'] : ['ms', 'us'];
}

/** With fractions, a smaller mean gap is seconds: it is more than 200 requests per second if it is in ms. */
const mostGapS = 5;
/** A larger mean gap is less than one request in 100 seconds if it is in seconds. */
const leastGapMs = 100;
/** A larger mean gap is less than 3 requests per minute if it is in ms. */
const mostGapMs = 20_000;

/** Describes how times were read: `timestamps read as seconds; span 3,600 s`. */
export function describeTimes(timeUnit: TimeUnit | null, spanMs: number): string {
  const format = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 3 });
  const span = spanMs >= 1_000 ? `${format(spanMs / 1_000)} s` : `${format(spanMs)} ms`;
  return `timestamps read as ${timeUnit === null ? 'dates' : timeUnits[timeUnit].name}; span ${span}`;
}
