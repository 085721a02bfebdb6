/**
 * Checks that every value is a finite number. Callers exclude missing values, so another value is a bug.
 * @throws Error naming the position
 */
export function requireFinite(...samples: readonly Float64Array[]): void {
  for (const sample of samples)
    for (let i = 0; i < sample.length; i++)
      if (!Number.isFinite(sample[i])) throw new Error(`value ${i} of a sample is ${sample[i]}, not a finite number`);
}
