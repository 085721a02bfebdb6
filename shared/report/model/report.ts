import { z } from 'zod';
import { idSchema } from '../../ids/ids.ts';
import { loadSchema, stageModeNames } from '../../load/load.ts';
import { shownLoadSchema } from '../../load/modes/load-mode.ts';
import { metricDefinitionSchema } from '../../metrics/definitions/metric-definition.ts';
import { concurrencySeriesSchema } from '../../metrics/windows/measure-concurrency.ts';
import { windowMetricsSchema } from '../../metrics/windows/measure-windows.ts';
import { disturbanceSchema, promptDigestSchema, workerRuntimeSchema } from '../../records/attempt-note.ts';
import { manifestSchema } from '../../records/manifest.ts';
import { failureSchema, stageStopSchema, stopReasonSchema } from '../../records/records.ts';
import { serviceCostSchema } from '../../records/service-cost.ts';
import { limitsSchema, orderSchema } from '../../spec/run-spec.ts';
import { connectionSchema, protocolSchema } from '../../spec/target.ts';
import { reportedWorkloadSchema } from '../../workload/workload.ts';
import { chartDataSchema } from './chart-data.ts';
import { crossOverSchema, trustSchema, verdictSchema } from './judgement.ts';
import { resultSchema } from './result.ts';
import { baselineReportSchema, comparedSchema, reportSourceSchema } from './run-comparison.ts';
import { sweepReportSchema } from './sweep-report.ts';

const count = z.number().int().min(0);
const instant = z.iso.datetime();

const notImported = 'Null for an imported run: LLMPerf does not record it';

const runSchema = z.object({
  runId: idSchema('run'),
  name: z.string().nullable(),
  source: reportSourceSchema.describe('imported: measured by LLMPerf and read from its files'),
  seed: z.number().int().nullable().describe(notImported),
  manifestSha256: z.string().describe('SHA-256 of the manifest. Runs with the same hash send the same requests'),
  promptDigest: promptDigestSchema.nullable().default(null).describe('Null if nothing was measured here'),
  rerunOf: idSchema('run').nullable(),
  createdAt: instant,
  startedAt: instant.nullable(),
  stop: stopReasonSchema.nullable().describe('Why the run stopped before it sent all planned requests'),
  failure: failureSchema.nullable(),
  order: orderSchema.nullable().describe(notImported),
  workload: reportedWorkloadSchema.nullable().describe(`${notImported}; see workloadNotes`),
  workloadNotes: z.array(z.string()).describe('Properties of the workload that affect the numbers'),
  load: loadSchema.nullable().describe(`${notImported}; see the load of each stage`),
  limits: limitsSchema.nullable().describe(notImported),
  metadata: z.record(z.string(), z.string()),
});

const number = z.number().nullable();

const workerReportSchema = z
  .object({
    batchIndex: count,
    attempt: z.number().int().min(1),
    requests: count.describe('Number of measured requests that the worker started'),
    startLateMs: number.describe('Delay between the agreed start time and the actual start of its load'),
    slipP50Ms: number.describe('Delay between the scheduled and actual start of its requests: median, p99 and maximum'),
    slipP99Ms: number,
    slipMaxMs: number,
  })
  .meta({ id: 'WorkerReport', description: 'How closely one worker kept to the schedule in one attempt at a batch' });
export type WorkerReport = z.infer<typeof workerReportSchema>;

const instrumentSchema = z
  .object({
    attempts: count.describe('Batch attempts that reported their measuring conditions'),
    ...disturbanceSchema.shape,
    runtimes: z
      .array(workerRuntimeSchema)
      .default([])
      .describe(
        'Distinct runtimes of the workers; empty for imported runs and for runs from before they were recorded',
      ),
  })
  .meta({
    id: 'InstrumentNote',
    description: 'Disturbances of the measurement: the worst value of all batch attempts',
  });

const stageReportSchema = z
  .object({
    stageIndex: count,
    groupIndex: count.describe('Stages of one group ran at the same time'),
    targetId: z.string(),
    levelIndex: count.describe('Index of the load level of the target, in the order of the run'),
    load: z.object({
      mode: z.enum(stageModeNames).meta({ id: 'LoadMode' }),
      ...shownLoadSchema.shape,
      requests: count,
    }),
    batches: count,
    startAt: instant.nullable().describe('Start time that the workers agreed on; null if the stage never started'),
    stop: z
      .object({ reason: stageStopSchema.shape.reason, at: instant, detail: z.string() })
      .meta({ id: 'StageReportStop' })
      .nullable()
      .describe('Why the stage stopped before it sent all planned requests, while the run continued'),
    windows: z.object({ full: windowMetricsSchema, steady: windowMetricsSchema }),
    concurrencyOverTime: concurrencySeriesSchema.nullable(),
    workers: z.array(workerReportSchema).describe('The hundred workers whose requests started latest'),
    instrument: instrumentSchema,
    ...resultSchema.shape,
  })
  .meta({ id: 'StageReport', description: 'One target at one load level' });
export type StageReport = z.infer<typeof stageReportSchema>;

const targetReportSchema = z
  .object({
    targetId: z.string(),
    protocol: protocolSchema.nullable().describe(notImported),
    model: z.string(),
    baseUrl: z.string().nullable().describe('Null for an imported run whose files do not contain it'),
    connection: connectionSchema.nullable().describe(notImported),
    stageIndices: z.array(count).describe('Stages that are pooled here, at any load'),
    ...resultSchema.shape,
  })
  .meta({ id: 'TargetReport', description: 'One target with all its stages pooled' });
export type TargetReport = z.infer<typeof targetReportSchema>;

export const comparisonSchema = z
  .object({
    levelIndex: count,
    baseTargetId: z.string(),
    targetId: z.string(),
    metrics: z.array(comparedSchema),
    breakEven: z.object({
      inputPerOutput: number.describe('Input tokens per output token at which both targets cost the same'),
      statement: z.string().nullable(),
      reason: z.string().nullable(),
    }),
  })
  .meta({
    id: 'Comparison',
    description: 'A target compared with the first target of the spec at the same load level',
  });
export type Comparison = z.infer<typeof comparisonSchema>;

export const reportSchema = z
  .object({
    schemaVersion: z.literal(2),
    tokenmeterVersion: z.string(),
    run: runSchema,
    manifest: manifestSchema
      .nullable()
      .describe(
        'Everything needed to repeat the run. The SHA-256 of its canonical JSON is `run.manifestSha256`. Null for an imported run, for inline prompts, and for a manifest over 32 KB; GET …/manifest returns those',
      ),
    verdict: verdictSchema,
    trust: trustSchema,
    comparisons: z.array(comparisonSchema),
    baseline: baselineReportSchema.nullable().describe('Null if the spec has no baseline'),
    targets: z.array(targetReportSchema),
    stages: z.array(stageReportSchema),
    service: serviceCostSchema.nullable().describe('AWS usage without token cost; null for an imported run'),
    sweeps: z.array(sweepReportSchema).describe('One per target if the load is a sweep'),
    charts: chartDataSchema,
    crossOver: crossOverSchema,
    metrics: z
      .record(z.string(), metricDefinitionSchema)
      .describe('Unit, formula and basis of every metric in this report'),
  })
  .meta({ id: 'Report', description: 'Statistics of a run, computed only from its spec, samples and prices' });
export type Report = z.infer<typeof reportSchema>;
