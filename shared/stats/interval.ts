import { z } from 'zod';

/** A confidence interval: the method covers the true value in `level` of repeated experiments, as far as its docs say. */
export const intervalSchema = z
  .object({
    level: z.number().gt(0).lt(1),
    low: z.number().describe('In the unit of the statistic, as `high`; both ends are included'),
    high: z.number(),
    method: z.string().describe('How it was made: order statistics, t, bootstrap, Wilson …'),
  })
  .meta({ id: 'Interval', description: 'A confidence interval, with how it was made' });
export type Interval = z.infer<typeof intervalSchema>;
