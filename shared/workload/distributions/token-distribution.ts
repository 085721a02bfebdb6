import { z } from 'zod';

/** Upper bound of any drawn token count: keeps one prompt within a few megabytes. */
export const maxTokenCount = 200_000;

const tokens = z.number().int().min(1).max(maxTokenCount);
const bounds = {
  min: tokens.optional().describe('Draws below this are drawn again'),
  max: tokens.optional().describe('Draws above this are drawn again'),
};

/** How many tokens: a distribution that is drawn from once per request, with draws outside the bounds drawn again. */
export const tokenDistributionSchema = z.discriminatedUnion('distribution', [
  z.strictObject({
    distribution: z.literal('normal'),
    mean: z.number().positive().max(maxTokenCount),
    stddev: z.number().min(0).max(maxTokenCount),
    ...bounds,
  }),
  z.strictObject({
    distribution: z.literal('lognormal'),
    mean: z
      .number()
      .positive()
      .max(maxTokenCount)
      .describe('Mean of the drawn counts themselves, not of their logarithms'),
    stddev: z.number().min(0).max(maxTokenCount).describe('Standard deviation of the drawn counts themselves'),
    ...bounds,
  }),
  z.strictObject({ distribution: z.literal('uniform'), min: tokens, max: tokens }),
  z.strictObject({ distribution: z.literal('fixed'), value: tokens }),
  z.strictObject({
    distribution: z.literal('empirical'),
    values: z.array(tokens).min(1).max(10_000).describe('Drawn with equal chance, or by weight'),
    weights: z.array(z.number().min(0)).max(10_000).optional().describe('One per value'),
  }),
]);

export type TokenDistribution = z.infer<typeof tokenDistributionSchema>;
