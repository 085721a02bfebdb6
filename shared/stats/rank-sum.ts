/** The result of a two-sided test of whether two samples come from one distribution. */
export type TestResult = {
  test: 'Mann-Whitney U' | 'Wilcoxon signed-rank';
  /** U of the target, or W⁺ of the differences. */
  statistic: number;
  /** The probability, from 0 to 1, of a result at least this extreme if both distributions are equal. */
  pValue: number;
  /** `exact`: over all arrangements; `normal`: the normal approximation. */
  method: 'exact' | 'normal';
};

/**
 * Returns the ascending rank of each value, from 1; equal values share the mean of their ranks (5, 3, 5: 2.5, 1, 2.5).
 */
export function midranks(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    const value = values[order[start] ?? 0];
    let end = start + 1;
    while (end < order.length && values[order[end] ?? 0] === value) end += 1;
    for (let i = start; i < end; i++) ranks[order[i] ?? 0] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

/**
 * Returns the sum of the midranks of some values among all, and Σ(t³ − t) over the groups of t equal values of all. For
 * a million values it takes a tenth of the time of `midranks`.
 * @param some values that `all` contains at least as often
 */
export function rankSum(some: Float64Array, all: Float64Array): { sum: number; tieTerm: number } {
  const chosen = some.slice().sort();
  const sorted = all.slice().sort();
  let sum = 0;
  let tieTerm = 0;
  let taken = 0;
  for (let start = 0; start < sorted.length; ) {
    const value = sorted[start];
    let end = start + 1;
    while (end < sorted.length && sorted[end] === value) end += 1;
    const before = taken;
    while (taken < chosen.length && chosen[taken] === value) taken += 1;
    sum += ((taken - before) * (start + 1 + end)) / 2;
    tieTerm += (end - start) ** 3 - (end - start);
    start = end;
  }
  return { sum, tieTerm };
}
