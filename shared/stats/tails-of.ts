/**
 * Counts how many arrangements give a statistic at least as high, and at least as low, as the one observed; equal within
 * `tolerance` counts for both, since rounding differs between arrangements.
 */
export function tailsOf(observed: number, tolerance: number) {
  let n = 0;
  let asLow = 0;
  let asHigh = 0;
  return {
    add(statistic: number): void {
      n += 1;
      if (statistic <= observed + tolerance) asLow += 1;
      if (statistic >= observed - tolerance) asHigh += 1;
    },
    /** Twice the smaller tail. Of drawn arrangements the observed one counts as one more, so that p is never 0. */
    pValue(method: 'exact' | 'random'): number {
      const more = method === 'random' ? 1 : 0;
      return Math.min(1, (2 * (Math.min(asLow, asHigh) + more)) / (n + more));
    },
  };
}
