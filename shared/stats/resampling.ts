/** What decides a resampling: the same data, seed and number of resamples give the same result on any machine. */
export type Resampling = {
  /** A safe integer. It goes into the report. */
  seed: number;
  /** How many resamples are drawn; the ends of a 95 % interval want 1,000 at least. */
  resamples: number;
};
