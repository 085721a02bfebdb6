import { z } from 'zod';
import { inferenceSchema } from '../build/compare/compare-requests.ts';

const count = z.number().int().min(0);

/** One number of two targets, or of two runs, side by side. */
export const comparedSchema = z.object({
  metric: z.string(),
  statistic: z.enum(['p50', 'mean']).nullable(),
  window: z.enum(['full', 'steady']).nullable(),
  base: z.number().nullable(),
  target: z.number().nullable(),
  difference: z.number().nullable().describe('target − base, in the unit of the metric'),
  ratio: z.number().nullable().describe('target / base'),
  nBase: count,
  nTarget: count,
  reason: z.string().nullable(),
  statement: z.string().nullable().describe('The same in words, with the base named'),
  inference: inferenceSchema
    .nullable()
    .describe('Null for one number a stage (windows, cost) and where either has fewer than ten values'),
});
export type Compared = z.infer<typeof comparedSchema>;
