import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { constantDueMs, poissonDueMs } from '../../../shared/workload/arrivals.ts';

describe('constantDueMs', () => {
  test('starts at 0 and keeps the rate to the last request, without drift', () => {
    expect([...constantDueMs(4, 8)]).toEqual([0, 125, 250, 375]);
    expect(constantDueMs(1_000_001, 3)[1_000_000]).toBe(1_000_000_000 / 3);
    expect(constantDueMs(0, 8)).toHaveLength(0);
  });
});

describe('poissonDueMs', () => {
  test('never goes back, and a shorter schedule is the beginning of a longer one', () => {
    fc.assert(
      fc.property(
        fc.nat(2 ** 32 - 1),
        fc.nat(50),
        fc.integer({ min: 1, max: 400 }),
        fc.double({ min: 0.01, max: 1e5, noNaN: true }),
        (seed, stage, count, rate) => {
          const due = poissonDueMs(seed, stage, count, rate);
          expect(due.every((atMs, index) => Number.isFinite(atMs) && atMs >= (due[index - 1] ?? 0))).toBe(true);
          expect(poissonDueMs(seed, stage, count + 10, rate).slice(0, count)).toEqual(due);
        },
      ),
    );
  });

  test('has exponential gaps of the mean that the rate asks for', () => {
    const count = 50_000;
    const due = poissonDueMs(117, 0, count, 40);
    const gaps = due.map((atMs, index) => atMs - (due[index - 1] ?? 0)).sort();
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / count;
    expect(Math.abs(mean - 25)).toBeLessThan((4 * 25) / Math.sqrt(count));
    // Kolmogorov-Smirnov against 1 - exp(-gap / 25); 2.0 / sqrt(n) is passed by chance less than once in 1,000.
    const distance = gaps.reduce(
      (max, gap, index) => Math.max(max, Math.abs(1 - Math.exp(-gap / 25) - (index + 0.5) / count)),
      0,
    );
    expect(distance).toBeLessThan(2 / Math.sqrt(count));
  });

  test('has as much spread in its counts per second as a Poisson process', () => {
    const due = poissonDueMs(3, 1, 40_000, 20);
    const perSecond = new Array<number>(1_900).fill(0);
    for (const atMs of due) {
      const second = Math.floor(atMs / 1_000);
      if (second < perSecond.length) perSecond[second] = (perSecond[second] ?? 0) + 1;
    }
    const mean = perSecond.reduce((sum, number) => sum + number, 0) / perSecond.length;
    const variance = perSecond.reduce((sum, number) => sum + (number - mean) ** 2, 0) / (perSecond.length - 1);
    expect(Math.abs(variance / mean - 1)).toBeLessThan(4 * Math.sqrt(2 / perSecond.length));
  });

  test('differs by seed and by stage', () => {
    const first = (seed: number, stage: number) => poissonDueMs(seed, stage, 1, 1)[0];
    expect(new Set([first(1, 0), first(1, 1), first(2, 0), first(2, 1)]).size).toBe(4);
  });
});
