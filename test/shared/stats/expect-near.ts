import { expect } from 'vitest';
import type { Interval } from '../../../shared/stats/interval.ts';

/** Asserts that both ends are within four Monte Carlo errors of the reference. */
export function expectNear(actual: Interval | null, ends: readonly number[], errors: readonly number[]): void {
  expect(actual).not.toBeNull();
  expect(ends).toHaveLength(2);
  for (const [i, end] of [actual?.low, actual?.high].entries()) {
    const distance = Math.abs(Number(end) - Number(ends[i])) / Number(errors[i]);
    expect(distance, `${end} is ${distance.toFixed(1)} errors from ${ends[i]}`).toBeLessThanOrEqual(4);
  }
}
