import { z } from 'zod';
import { idSchema } from '../../ids/ids.ts';
import { loadSchema, stageModeNames } from '../../load/load.ts';
import { shownLoadSchema } from '../../load/modes/load-mode.ts';
import { requestMetricNames, stageMetricNames, statisticNames } from '../../metric-names.ts';
import { metricDefinitionSchema } from '../../metrics/definitions/metric-definition.ts';
import { concurrencySeriesSchema } from '../../metrics/windows/measure-concurrency.ts';
import { windowMetricsSchema } from '../../metrics/windows/measure-window.ts';
import { manifestSchema } from '../../records/manifest.ts';
import { promptDigestSchema } from '../../records/prompt-digest.ts';
import { failureSchema, stageStopSchema, stopReasonSchema } from '../../records/records.ts';
import { serviceCostSchema } from '../../records/service-cost.ts';
import { assertionSchema, limitsSchema } from '../../spec/run-spec.ts';
import { protocolSchema } from '../../spec/target.ts';
import { reportedWorkloadSchema } from '../../workload/workload.ts';
import { baselineReportSchema } from './baseline.ts';
import { certaintySchema } from './certainty.ts';
import { chartDataSchema } from './chart-data.ts';
import { comparedSchema } from './compared.ts';
import { crossOverSchema } from './cross-over.ts';
import { instrumentSchema, workerReportSchema } from './instrument.ts';
import { resultSchema } from './result.ts';
import { sweepReportSchema } from './sweep-report.ts';

const count = z.number().int().min(0);
const instant = z.iso.datetime();

const ofImported = 'Null for an imported run: LLMPerf does not record it';

const runSchema = z.object({
  runId: idSchema('run'),
  name: z.string().nullable(),
  source: z.enum(['measured', 'imported']).describe('imported: measured by LLMPerf, and read from its files'),
  seed: z.number().int().nullable().describe(ofImported),
  manifestSha256: z.string().describe('Of the manifest: the same hash, the same requests'),
  promptDigest: promptDigestSchema
    .nullable()
    .default(null)
    .describe('Null where nothing was measured, and for an import'),
  rerunOf: idSchema('run').nullable(),
  createdAt: instant,
  startedAt: instant.nullable(),
  stop: stopReasonSchema.nullable().describe('Why the run took no more requests before its plan was done'),
  failure: failureSchema.nullable(),
  order: z.enum(['sequential', 'interleaved']).nullable().describe(ofImported),
  workload: reportedWorkloadSchema.nullable().describe(`${ofImported}: workloadNotes say what is`),
  workloadNotes: z.array(z.string()).describe('What to know of the workload when reading the numbers'),
  load: loadSchema.nullable().describe(`${ofImported}: each stage has what is`),
  limits: limitsSchema.nullable().describe(ofImported),
  metadata: z.record(z.string(), z.string()),
});

export const stageReportSchema = z
  .object({
    stageIndex: count,
    groupIndex: count.describe('Stages of one group ran at the same time'),
    targetId: z.string(),
    levelIndex: count.describe('Which of the load levels of the target, in the order in which they were run'),
    load: z.object({
      mode: z.enum(stageModeNames),
      ...shownLoadSchema.shape,
      requests: count,
    }),
    batches: count,
    startAt: instant.nullable().describe('The start that the workers agreed on; null where the stage never started'),
    stop: z
      .object({ reason: stageStopSchema.shape.reason, at: instant, detail: z.string() })
      .nullable()
      .describe('Why it took no more requests before its plan was done, though the run went on'),
    windows: z.object({ full: windowMetricsSchema, steady: windowMetricsSchema }),
    concurrencyOverTime: concurrencySeriesSchema.nullable(),
    workers: z.array(workerReportSchema).describe('At most a hundred: those whose requests began latest'),
    instrument: instrumentSchema,
    ...resultSchema.shape,
  })
  .meta({ id: 'StageReport', description: 'One target at one load level' });
export type StageReport = z.infer<typeof stageReportSchema>;

export const targetReportSchema = z
  .object({
    targetId: z.string(),
    protocol: protocolSchema.nullable().describe(ofImported),
    model: z.string(),
    baseUrl: z.string().nullable().describe('Null for an imported run whose files do not say'),
    connection: z.enum(['reuse', 'fresh']).nullable().describe(ofImported),
    stageIndices: z.array(count).describe('The stages that are pooled here, whatever their load'),
    ...resultSchema.shape,
  })
  .meta({ id: 'TargetReport', description: 'One target, all its stages pooled' });
export type TargetReport = z.infer<typeof targetReportSchema>;

export const comparisonSchema = z
  .object({
    levelIndex: count,
    baseTargetId: z.string(),
    targetId: z.string(),
    metrics: z.array(comparedSchema),
    breakEven: z.object({
      inputPerOutput: z.number().nullable().describe('Input tokens per output token at which both prices are the same'),
      statement: z.string().nullable(),
      reason: z.string().nullable(),
    }),
  })
  .meta({ id: 'Comparison', description: 'A target beside the first target of the spec, at the same load level' });
export type Comparison = z.infer<typeof comparisonSchema>;

const assertionResultSchema = z.object({
  assertion: assertionSchema,
  targetId: z.string(),
  stageIndex: count.nullable(),
  metric: z.enum([...requestMetricNames, ...stageMetricNames]),
  statistic: z.enum(statisticNames).nullable(),
  value: z.number().nullable().describe('With `relativeToBaseline`: the ratio to the baseline'),
  n: count,
  pass: z.boolean(),
  reason: z.string().nullable().describe('Why the value is null; an assertion on no value fails'),
  ...certaintySchema.shape,
});
export type AssertionResult = z.infer<typeof assertionResultSchema>;

export const verdictSchema = z.object({
  result: z.enum(['pass', 'fail']).nullable().describe('Null where the spec asserts nothing'),
  certainty: z
    .enum(['conclusive', 'inconclusive'])
    .nullable()
    .describe('sure: a pass of which every result is sure, or a fail of which one is'),
  assertions: z
    .array(assertionResultSchema)
    .describe(
      'One per assertion, target and stage; all must pass. Of a search that has found a load, the level measured there',
    ),
});
export type Verdict = z.infer<typeof verdictSchema>;

export const trustSchema = z.object({
  result: z.enum(['ok', 'suspect']),
  reasons: z.array(z.string()).describe('What may make the numbers wrong; empty where nothing was found'),
});
export type Trust = z.infer<typeof trustSchema>;

export const reportSchema = z
  .object({
    schemaVersion: z.literal(2),
    tokenmeterVersion: z.string(),
    run: runSchema,
    manifest: manifestSchema
      .nullable()
      .describe(
        'What to run again; its SHA-256 as canonical JSON is `run.manifestSha256`. Null for an imported run, and for prompts given inline or a manifest over 32 KB: GET …/manifest has those',
      ),
    verdict: verdictSchema,
    trust: trustSchema,
    comparisons: z.array(comparisonSchema),
    baseline: baselineReportSchema.nullable().describe('Null where the spec names none'),
    targets: z.array(targetReportSchema),
    stages: z.array(stageReportSchema),
    service: serviceCostSchema
      .nullable()
      .describe('What the run takes of AWS besides its tokens; null for one that was imported'),
    sweeps: z.array(sweepReportSchema).describe('One per target where the load is a sweep'),
    charts: chartDataSchema,
    crossOver: crossOverSchema,
    metrics: z
      .record(z.string(), metricDefinitionSchema)
      .describe('Unit, formula and basis of every metric named in this report'),
  })
  .meta({ id: 'Report', description: 'The statistics of a run: a function of its spec, samples and prices alone' });
export type Report = z.infer<typeof reportSchema>;
