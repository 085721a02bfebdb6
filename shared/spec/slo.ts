import { z } from 'zod';
import { stoppingMetricNames } from '../load/parts/stop-when.ts';

/** One limit that each request is to meet: `{"metric": "ttftMs", "max": 800}`, or `min` where more is better. */
export const sloSchema = z
  .strictObject({
    metric: z.enum(stoppingMetricNames),
    max: z.number().optional().describe('At most this, in the unit of the metric'),
    min: z.number().optional().describe('At least this'),
  })
  .superRefine(({ max, min }, context) => {
    if (max === undefined && min === undefined)
      context.addIssue({ code: 'custom', message: 'has no limit; give max, such as {"metric": "ttftMs", "max": 800}' });
    if (max !== undefined && min !== undefined && min > max)
      context.addIssue({ code: 'custom', path: ['min'], message: `is above max, ${max}; give ${max} or less` });
  });
export type Slo = z.infer<typeof sloSchema>;
