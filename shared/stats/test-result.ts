/** The outcome of a two-sided test that two samples come from one distribution. */
export type TestResult = {
  test: 'Mann-Whitney U' | 'Wilcoxon signed-rank';
  /** U of the target, or W⁺ of the differences. */
  statistic: number;
  /** How likely a result at least as far out would be if both were the same. From 0 to 1. */
  pValue: number;
  /** `exact`: over every arrangement; `normal`: by its normal approximation. */
  method: 'exact' | 'normal';
};
