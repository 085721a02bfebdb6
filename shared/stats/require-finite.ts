/**
 * Every value of a sample is a finite number: what is missing was left out, and what is beyond the range of doubles told apart, where
 * the sample was made. A rank or a plane of anything else would look like a result.
 * @throws Error naming the position, since it is a bug
 */
export function requireFinite(...samples: readonly Float64Array[]): void {
  for (const sample of samples)
    for (let i = 0; i < sample.length; i++)
      if (!Number.isFinite(sample[i])) throw new Error(`value ${i} of a sample is ${sample[i]}, not a finite number`);
}
