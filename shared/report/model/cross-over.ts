import { z } from 'zod';

const count = z.number().int().min(0);
const place = { targetId: z.string(), stageIndex: count, requestIndex: count };

export const crossOverSchema = z
  .object({
    wrong: count.describe(
      'Good answers whose first number is not the one asked for; one without a number is not among them',
    ),
    crossed: count.describe('Of these, answers with the number that another request of the run was asked for'),
    atOnce: count.describe('Of these, those whose other request was open at the same time'),
    expectedByChance: z
      .number()
      .describe(
        'How many would be crossed if wrong numbers were any numbers between the least and the greatest asked for',
      ),
    pValue: z.number().nullable().describe('How likely as many would be by such chance; null where none is wrong'),
    examples: z
      .array(z.object({ ...place, number: count, other: z.object(place) }))
      .describe('Ten at most, those at the same time first'),
  })
  .meta({ id: 'CrossOver', description: 'Answers that seem to belong to another request of the run' });
export type CrossOver = z.infer<typeof crossOverSchema>;
