import { z } from 'zod';
import { intervalSchema } from '../../stats/interval.ts';

export const certaintySchema = z.object({
  certainty: z
    .enum(['conclusive', 'inconclusive'])
    .nullable()
    .describe(
      'sure: the whole 95 % interval lies on the side of the limit on which the value does. Null without a value',
    ),
  interval: intervalSchema.nullable().describe('Of the value; null where there is none'),
  decidingN: z
    .number()
    .int()
    .nullable()
    .describe('About how many values could make it sure; null where it is, or where no number could'),
  certaintyReason: z.string().nullable().describe('Why it is not sure'),
});
export type Certainty = z.infer<typeof certaintySchema>;
