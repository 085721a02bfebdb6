import { z } from 'zod';
import { integerSchema, numberSchema } from '../../number-schema.ts';

/** Maximum token count of a draw. Keeps a prompt within a few megabytes. */
export const maxTokenCount = 200_000;

const tokens = integerSchema(1, maxTokenCount);
const mean = z.number().positive().max(maxTokenCount);
const stddev = numberSchema(0, maxTokenCount);
const bounds = {
  min: tokens.optional().describe('Minimum count. Lower draws are repeated'),
  max: tokens.optional().describe('Maximum count. Higher draws are repeated'),
};

/** The schema of a distribution of token counts. Each request draws once; draws outside the bounds are repeated. */
export const tokenDistributionSchema = z.discriminatedUnion('distribution', [
  z.strictObject({
    distribution: z.literal('normal'),
    mean,
    stddev,
    ...bounds,
  }),
  z.strictObject({
    distribution: z.literal('lognormal'),
    mean: mean.describe('Mean of the counts, not of their logarithms'),
    stddev: stddev.describe('Standard deviation of the counts, not of their logarithms'),
    ...bounds,
  }),
  z.strictObject({ distribution: z.literal('uniform'), min: tokens, max: tokens }),
  z.strictObject({ distribution: z.literal('fixed'), value: tokens }),
  z.strictObject({
    distribution: z.literal('empirical'),
    values: z.array(tokens).min(1).max(10_000).describe('Token counts to draw from'),
    weights: z.array(z.number().min(0)).max(10_000).optional().describe('Weight of each value. Default: equal weights'),
  }),
]);

export type TokenDistribution = z.infer<typeof tokenDistributionSchema>;
