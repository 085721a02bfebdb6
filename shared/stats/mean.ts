/** Returns the sum. Uses Neumaier's compensated summation (ZAMM 54, 1974), whose error does not grow with n. */
export function compensatedSum(values: ArrayLike<number>): number {
  let sum = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
}

/** Returns the arithmetic mean in the unit of the values, or null if there are no values. */
export function mean(values: ArrayLike<number>): number | null {
  return values.length === 0 ? null : compensatedSum(values) / values.length;
}

/**
 * Returns the sample standard deviation (divisor n − 1) in the unit of the values, or null if n < 2. Uses two passes
 * and the corrected sum of squares Σd² − (Σd)²/n with d = x − mean, which is precise even if all values are far from 0.
 */
export function sampleStandardDeviation(values: ArrayLike<number>): number | null {
  const n = values.length;
  const center = mean(values);
  if (center === null || n < 2) return null;
  let squares = 0;
  let residue = 0;
  for (let i = 0; i < n; i++) {
    const deviation = (values[i] ?? 0) - center;
    squares += deviation * deviation;
    residue += deviation;
  }
  return Math.sqrt(Math.max(0, squares - (residue * residue) / n) / (n - 1));
}

/** Throws an Error that names the first value that is not finite. Callers must exclude missing values first. */
export function requireFinite(...samples: readonly Float64Array[]): void {
  for (const sample of samples)
    for (let i = 0; i < sample.length; i++)
      if (!Number.isFinite(sample[i])) throw new Error(`value ${i} of a sample is ${sample[i]}, not a finite number`);
}
