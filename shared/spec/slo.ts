import { z } from 'zod';
import { describeRule } from '../errors/schema-rule.ts';
import { stoppingMetricSchema } from '../load/parts/load-fields.ts';

/** Schema of an SLO, a limit that a good request meets, such as `{"metric": "ttftMs", "max": 800}`. */
export const sloSchema = z
  .strictObject({
    metric: stoppingMetricSchema,
    max: z.number().optional().describe('Maximum value, in the unit of the metric'),
    min: z.number().optional().describe('Minimum value, in the unit of the metric'),
  })
  .superRefine(({ max, min }, context) => {
    if (max === undefined && min === undefined)
      context.addIssue({
        code: 'custom',
        ...describeRule('has neither max nor min', 'Add one, such as {"metric": "ttftMs", "max": 800}'),
      });
    if (max !== undefined && min !== undefined && min > max)
      context.addIssue({
        code: 'custom',
        path: ['min'],
        ...describeRule(`is greater than max (${max})`, 'Decrease min or increase max'),
      });
  })
  .meta({ id: 'Slo' });
export type Slo = z.infer<typeof sloSchema>;
