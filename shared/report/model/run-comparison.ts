import { z } from 'zod';
import { idSchema } from '../../ids/ids.ts';
import { windowSchema } from '../../metrics/windows/measure-windows.ts';
import { countSchema as count } from '../../number-schema.ts';
import { intervalSchema } from '../../stats/interval.ts';
import { trustSchema } from './judgement.ts';

const number = z.number().nullable();
const text = z.string().nullable();

const contrastSchema = z
  .object({
    value: number,
    interval: intervalSchema.nullable(),
    reason: text.default(null).describe('Why the interval is null; otherwise null'),
  })
  .meta({ id: 'Contrast', description: 'A difference or ratio with its 95 % interval' });

const inferenceSchema = z
  .object({
    paired: z
      .boolean()
      .describe('Whether responses to the same prompt are compared in pairs, not as independent samples'),
    nBase: count.describe('Number of requests compared; for pairs, the prompts with a successful response from both'),
    nTarget: count,
    difference: contrastSchema,
    ratio: contrastSchema,
    test: z.object({
      test: z.enum(['Mann-Whitney U', 'Wilcoxon signed-rank']).meta({ id: 'TestName' }),
      statistic: z.number(),
      pValue: z.number().describe('Probability of a difference at least this large if there were none; two-sided'),
      method: z.enum(['exact', 'normal']).meta({ id: 'TestMethod' }),
    }),
  })
  .meta({
    id: 'Inference',
    description: 'Whether chance can explain a difference between two targets, and how large the difference can be',
  });
export type Inference = z.infer<typeof inferenceSchema>;

/** One metric, compared between two targets or two runs. */
export const comparedSchema = z.object({
  metric: z.string(),
  statistic: z.enum(['p50', 'mean']).meta({ id: 'MetricStatistic' }).nullable(),
  window: windowSchema.nullable(),
  base: number,
  target: number,
  difference: number.describe('target − base, in the unit of the metric. For pairs, of the responses that have a pair'),
  ratio: number.describe('target / base. For pairs, of the responses that have a pair'),
  nBase: count,
  nTarget: count,
  reason: text,
  statement: text.describe('The ratio as a sentence that names the base'),
  inference: inferenceSchema
    .nullable()
    .describe('Null with one value per stage (windows, cost) or fewer than ten values'),
});
export type Compared = z.infer<typeof comparedSchema>;

/** Who measured a run. */
export const reportSourceSchema = z.enum(['measured', 'imported']).meta({ id: 'ComparedRunSource' });

const changeSchema = z.enum(['better', 'worse', 'same', 'inconclusive']).meta({ id: 'StageVerdict' }).nullable();

const metricChangeSchema = comparedSchema
  .extend({
    verdict: changeSchema.describe(
      'same: the whole interval is within the tolerance; inconclusive: only a part of it is',
    ),
    verdictInterval: intervalSchema.nullable().describe('Interval of the difference for shares, else of the ratio'),
    decidingN: count.nullable().describe('Approximate number of values per run for a conclusive verdict'),
    verdictReason: text.describe('Why the verdict is null or inconclusive'),
  })
  .meta({ id: 'MetricChange', description: 'One metric of a run and of the base run, with a verdict on the change' });
export type MetricChange = z.infer<typeof metricChangeSchema>;

export const runComparisonSchema = z
  .object({
    samePrompts: z
      .boolean()
      .describe('Whether workload and seed are the same, so that responses are compared in pairs'),
    workloadDifference: text
      .default(null)
      .describe('Both workloads if they differ; null if equal or a run was imported'),
    tolerance: z.number().describe('A ratio from 1 − tolerance to 1 + tolerance is the same'),
    shareTolerance: z.number().describe('Maximum absolute difference of a share that counts as the same'),
    verdict: changeSchema.describe(
      'The first of worse, inconclusive, better and same that a metric has; null without any',
    ),
    stages: z
      .array(
        z.object({
          targetId: z.string(),
          baseTargetId: z.string(),
          stageIndex: count,
          baseStageIndex: count.describe('Index of the stage in the base run'),
          load: z.string().default('').describe('Load of both, such as "concurrency 5" or "2.5/s"; empty if unknown'),
          verdict: changeSchema,
          metrics: z.array(metricChangeSchema),
        }),
      )
      .describe('Stages with the same target and load in both runs'),
    unmatched: z
      .object({ base: z.array(z.string()), run: z.array(z.string()) })
      .describe('Stages without a match in the other run, as "target, stage n (concurrency 5)"'),
  })
  .meta({ id: 'RunComparison', description: 'A run compared with a base run' });
export type RunComparison = z.infer<typeof runComparisonSchema>;

export const baselineReportSchema = z
  .object({
    runId: idSchema('run'),
    name: text,
    createdAt: z.iso.datetime().nullable(),
    manifestSha256: text,
    reportSha256: text.describe('SHA-256 of the stored baseline report that was compared'),
    reason: text.describe('Why the comparison is null'),
    comparison: runComparisonSchema.nullable(),
  })
  .meta({ id: 'BaselineReport', description: 'The run compared with the baseline in its spec' });
export type BaselineReport = z.infer<typeof baselineReportSchema>;

const comparedRunSchema = z
  .object({
    runId: idSchema('run'),
    label: z.string().describe('Name of the run in statements; its id if it has no unique name'),
    source: reportSourceSchema,
    createdAt: z.iso.datetime(),
    targets: z.array(z.object({ targetId: z.string(), model: z.string() })),
    trust: trustSchema,
  })
  .meta({ id: 'ComparedRun', description: 'A compared run and whether its numbers can be trusted' });
export type ComparedRun = z.infer<typeof comparedRunSchema>;

export const runsComparisonSchema = z
  .object({
    base: comparedRunSchema,
    runs: z.array(
      comparedRunSchema.extend({
        notes: z.array(z.string()).describe('Sentences that help to interpret the differences'),
        comparison: runComparisonSchema,
      }),
    ),
  })
  .meta({ id: 'RunsComparison', description: 'A base run and each further run compared with it' });
export type RunsComparison = z.infer<typeof runsComparisonSchema>;
