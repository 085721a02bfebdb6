import { z } from 'zod';
import { intervalSchema } from '../../stats/interval.ts';
import { comparedSchema } from './compared.ts';

const count = z.number().int().min(0);

export const changeSchema = z.enum(['better', 'worse', 'same', 'inconclusive']);

export const metricChangeSchema = comparedSchema
  .extend({
    verdict: changeSchema
      .nullable()
      .describe(
        'same: the whole interval lies within the tolerance; better, worse: beyond it; inconclusive: it spans both',
      ),
    verdictInterval: intervalSchema
      .nullable()
      .describe('What the verdict rests on: of the ratio; of shares, of the difference'),
    decidingN: count.nullable().describe('About how many values of each run could make an inconclusive one conclusive'),
    verdictReason: z.string().nullable().describe('Why there is no verdict, or an inconclusive one'),
  })
  .meta({
    id: 'MetricChange',
    description: 'One number of a run beside that of another, and what the change comes to',
  });
export type MetricChange = z.infer<typeof metricChangeSchema>;

export const runComparisonSchema = z
  .object({
    samePrompts: z.boolean().describe('Both have the same workload and seed, so that answers are compared in pairs'),
    workloadDifference: z
      .string()
      .nullable()
      .default(null)
      .describe('What each of both asked, where their workloads differ; null where they do not, or one was imported'),
    tolerance: z.number().describe('Of ratios: from 1 − this to 1 + this is the same'),
    shareTolerance: z.number().describe('Of differences of shares'),
    verdict: changeSchema
      .nullable()
      .describe(
        'worse where a figure is; else inconclusive where one is; else better where one is; null without any verdict',
      ),
    stages: z
      .array(
        z.object({
          targetId: z.string(),
          baseTargetId: z.string(),
          stageIndex: count,
          baseStageIndex: count.describe('Of the other run'),
          load: z
            .string()
            .default('')
            .describe('Of both, such as "5 concurrent" or "2.5/s"; empty where it is not known'),
          verdict: changeSchema.nullable(),
          metrics: z.array(metricChangeSchema),
        }),
      )
      .describe('Each stage beside that of the same target and load in the other run'),
    unmatched: z
      .object({ base: z.array(z.string()), run: z.array(z.string()) })
      .describe('Stages without a twin, as "target, stage n (5 concurrent)"'),
  })
  .meta({ id: 'RunComparison', description: 'A run held against another one, the base' });
export type RunComparison = z.infer<typeof runComparisonSchema>;
