import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findLatestOccurrence, findNextOccurrence } from '../../../shared/records/find-occurrences.ts';

const createdAtMs = Date.UTC(2026, 0, 31, 12, 0, 30, 250);
const every = (intervalMs: number) => ({ cron: null, timeZone: 'UTC', intervalMs, createdAtMs });
const cron = (expression: string, timeZone = 'UTC') => ({ cron: expression, timeZone, intervalMs: null, createdAtMs });
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

describe('findNextOccurrence', () => {
  test('counts intervals from the creation, independent of missed times', () => {
    expect(findNextOccurrence(every(60_000), createdAtMs)).toBe(createdAtMs + 60_000);
    expect(findNextOccurrence(every(60_000), createdAtMs + 59_999)).toBe(createdAtMs + 60_000);
    expect(findNextOccurrence(every(60_000), createdAtMs + 60_000)).toBe(createdAtMs + 120_000);
  });

  test('reads a cron expression in its time zone, including clock changes', () => {
    const zone = 'Europe/Berlin';
    expect(iso(findNextOccurrence(cron('30 3 * * *', zone), createdAtMs))).toBe('2026-02-01T02:30:00.000Z');
    expect(iso(findNextOccurrence(cron('30 3 * * *', zone), Date.UTC(2026, 6, 1)))).toBe('2026-07-01T01:30:00.000Z');
    // 02:30 does not exist on March 29, 2026 in Berlin, so the run starts after the clock change.
    expect(iso(findNextOccurrence(cron('30 2 * * *', zone), Date.UTC(2026, 2, 28, 12)))).toBe(
      '2026-03-29T01:00:00.000Z',
    );
    // 02:30 occurs twice on October 25, but the run starts once.
    const first = findNextOccurrence(cron('30 2 * * *', zone), Date.UTC(2026, 9, 24, 12)) ?? 0;
    expect(iso(first)).toBe('2026-10-25T00:30:00.000Z');
    expect(iso(findNextOccurrence(cron('30 2 * * *', zone), first))).toBe('2026-10-26T01:30:00.000Z');
  });

  test('is null for a day that never occurs', () => {
    expect(findNextOccurrence(cron('0 0 31 2 *'), createdAtMs)).toBeNull();
  });
});

describe('findLatestOccurrence', () => {
  const timings = [every(60_000), every(86_400_000), cron('* * * * *'), cron('*/7 3-5 * * 1-5', 'America/New_York')];

  test('is the last time up to now, and the next time is after now', () => {
    fc.assert(
      fc.property(fc.constantFrom(...timings), fc.integer({ min: 0, max: 400 * 86_400_000 }), (timing, passedMs) => {
        const due = findNextOccurrence(timing, createdAtMs) ?? 0;
        const nowMs = due + passedMs;
        const latest = findLatestOccurrence(timing, due, nowMs);
        expect(latest).toBeGreaterThanOrEqual(due);
        expect(latest).toBeLessThanOrEqual(nowMs);
        const next = findNextOccurrence(timing, latest) ?? 0;
        expect(next).toBeGreaterThan(nowMs);
        expect(findNextOccurrence(timing, nowMs)).toBe(next);
      }),
      { numRuns: 200 },
    );
  });
});
