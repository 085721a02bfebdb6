import { z } from 'zod';

/** A confidence interval: the method covers the true value in `level` of repeated experiments, as far as its docs say. */
export const intervalSchema = z.object({
  level: z.number().gt(0).lt(1),
  /** In the unit of the statistic, both ends included. */
  low: z.number(),
  high: z.number(),
  /** How it was made, in words to print: "order statistics", "bootstrap, BCa". */
  method: z.string(),
});
export type Interval = z.infer<typeof intervalSchema>;
