import { expect } from 'vitest';

/** Asserts |actual − expected| ≤ tolerance·|expected|; null equals only null. A failure shows the name. */
export function expectRelative(
  actual: number | null | undefined,
  expected: number | null | undefined,
  tolerance: number,
  name: string,
): void {
  if (typeof actual !== 'number' || typeof expected !== 'number') {
    expect(actual, name).toBe(expected);
    return;
  }
  const error = Math.abs(actual - expected) / (expected === 0 ? 1 : Math.abs(expected));
  // `not.toBeGreaterThan` would let NaN pass.
  expect(error, `${name}: ${actual} is not ${expected}`).toBeLessThanOrEqual(tolerance);
}
