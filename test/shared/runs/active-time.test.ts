import { describe, expect, test } from 'vitest';
import { maxGapMs, measureActiveMs } from '../../../shared/runs/active-time.ts';

const startedAtMs = 1_000_000;

describe('the active time of a run', () => {
  test('is zero before the start', () => {
    expect(
      measureActiveMs({ startedAtMs: null, activeMs: 0, activeAtMs: null, waitingSinceMs: null }, startedAtMs),
    ).toBe(0);
  });

  test('continues from the stored time', () => {
    const run = { startedAtMs, activeMs: 50_000, activeAtMs: startedAtMs + 50_000, waitingSinceMs: null };
    expect(measureActiveMs(run, startedAtMs + 70_000)).toBe(70_000);
  });

  test('does not contain a wait for workers', () => {
    const run = {
      startedAtMs,
      activeMs: 50_000,
      activeAtMs: startedAtMs + 50_000,
      waitingSinceMs: startedAtMs + 60_000,
    };
    expect(measureActiveMs(run, startedAtMs + 90_000)).toBe(60_000);
    expect(measureActiveMs({ ...run, activeAtMs: startedAtMs + 80_000 }, startedAtMs + 90_000)).toBe(50_000);
  });

  test.each([
    ['the service was down for an hour', 3_600_000, maxGapMs],
    ['the clock was set back by an hour', -3_600_000, 0],
  ])('is bounded if %s', (_, gapMs, addedMs) => {
    const run = { startedAtMs, activeMs: 50_000, activeAtMs: startedAtMs + 50_000, waitingSinceMs: null };
    expect(measureActiveMs(run, run.activeAtMs + gapMs)).toBe(50_000 + addedMs);
  });

  test('is the time since the start for a run of version 0.1.0', () => {
    const run = { startedAtMs, activeMs: 0, activeAtMs: null, waitingSinceMs: null };
    expect(measureActiveMs(run, startedAtMs + 3_600_000)).toBe(3_600_000);
  });
});
