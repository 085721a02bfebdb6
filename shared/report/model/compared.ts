import { z } from 'zod';
import { intervalSchema } from '../../stats/interval.ts';

const count = z.number().int().min(0);

const contrastSchema = z
  .object({
    value: z.number().nullable(),
    interval: intervalSchema.nullable(),
    reason: z.string().nullable().default(null).describe('Why there is no interval; null where there is'),
  })
  .meta({ id: 'Contrast', description: 'A difference or ratio, with its 95 % interval' });

export const inferenceSchema = z
  .object({
    paired: z.boolean().describe('Answers to the same prompt are held against each other; else two samples apart'),
    nBase: z.number().int().min(0).describe('Requests that it rests on; of pairs, those good at both targets'),
    nTarget: z.number().int().min(0),
    difference: contrastSchema,
    ratio: contrastSchema,
    test: z.object({
      test: z.enum(['Mann-Whitney U', 'Wilcoxon signed-rank']),
      statistic: z.number(),
      pValue: z.number().describe('How likely as large a difference would be if there were none. Two-sided'),
      method: z.enum(['exact', 'normal']),
    }),
  })
  .meta({
    id: 'Inference',
    description: 'Whether a difference between two targets could be chance, and how large it may be',
  });
export type Inference = z.infer<typeof inferenceSchema>;

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
