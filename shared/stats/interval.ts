/** A confidence interval: the method covers the true value in `level` of repeated experiments, as far as its docs say. */
export type Interval = {
  /** Between 0 and 1, as 0.95. */
  level: number;
  /** In the unit of the statistic, both ends included. */
  low: number;
  high: number;
  /** How it was made, in words to print: "order statistics", "bootstrap, BCa". */
  method: string;
};
