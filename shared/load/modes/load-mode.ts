import { z } from 'zod';
import type { Fault } from '../../errors/app-error.ts';
import { countSchema } from '../../number-schema.ts';
import type { Dataset } from '../../workload/datasets/dataset.ts';
import type { Workload } from '../../workload/workload.ts';
import type { StopWhen } from '../parts/load-fields.ts';
import type { LoadUnit, Search } from '../parts/search-schema.ts';

/** The instrument's load in one phase of a batch. Each mode has a generator in `shared/measure/load`. */
export type PhaseLoad =
  /** `ramp`: the start of the first slot after the phase start, and the time between slots. Absent: slots start together. */
  | { mode: 'concurrency'; concurrency: number; ramp?: { firstMs: number; spreadMs: number } }
  | { mode: 'rounds'; concurrency: number; minPeriodMs: number }
  /** `dueMs[k]`: when the k-th request is due after the phase start. `whenFull`: `refuse` by default. */
  | { mode: 'rate'; maxConcurrency: number; whenFull?: 'refuse' | 'wait'; dueMs: Float64Array };

type ModeSchema = z.ZodObject<{ mode: z.ZodLiteral<string> }>;

export type StageBase = { mode: string; requests: number; durationMs: number | null; stopWhen: StopWhen | null };

export type LoadRules = {
  maxStreamsPerWorker: number;
  /** Maximum workers of one run. All batches of a group run at the same time. */
  maxWorkersPerRun: number;
  maxRequestsPerRun: number;
};

/** The parts of a spec that the checks of a load depend on. */
export type LoadContext = { workload: Workload; order: 'sequential' | 'interleaved' };

/** A requested number of streams. `requests` is null if the streams are only an upper bound. */
export type Width = { pointer: string; streams: number; requests: number | null };

/** A load whose levels differ in one number. */
export type Sweep<Stage extends StageBase> = {
  over: LoadUnit;
  /** The search that decides the levels, or null if they are given. */
  search: Search | null;
  /** Builds the level with this number of streams or requests per second. */
  buildLevel(value: number): Stage;
};

/**
 * Everything about one load mode. Its folder contains it, and `registry.ts` lists it. The members are methods, so that modes
 * with different schemas form one list. `getLoadMode` calls each with loads of its own schema only.
 */
export type LoadMode<Schema extends ModeSchema = ModeSchema, Stage extends StageBase = StageBase> = {
  schema: Schema;
  /** Returns the faults that neither the schema nor `checkLoad` can detect. */
  check?(load: z.infer<Schema>, context: LoadContext, rules: LoadRules): Fault[];
  /** Lists the levels in order. Empty if a search decides them or the dataset of the workload is not pinned yet. */
  listLevels(load: z.infer<Schema>, workload: Workload): Stage[];
  /** Lists the fields that request streams. */
  listWidths(load: z.infer<Schema>): Width[];
  /** Returns the pointer to the number of requests. Absent: the stages contain it. */
  pointToRequests?(load: z.infer<Schema>, workload: Workload): string;
  /** Returns whether each stream sends its next request right after an answer. Absent: false. */
  followsAnswers?(load: z.infer<Schema>): boolean;
  /** Describes the load in a few words, without its levels. */
  describe(load: z.infer<Schema>): string;
  /** Returns the sweep of the load. Absent: the mode has none. */
  findSweep?(load: z.infer<Schema>): Sweep<Stage>;
  /** The rules of the mode's stages. Absent: its levels run as stages of other modes. */
  stage?: StageMode<Stage>;
};

/** One attempt of a batch: its share of the stage and its remaining requests. */
export type BatchSlice = {
  seed: number;
  levelIndex: number;
  /** Number of requests of the whole stage. */
  requests: number;
  batchIndex: number;
  batchCount: number;
  /** The batch's share of the stage's streams. */
  concurrency: number;
  attempt: number;
  indices: readonly number[];
  dataset: Dataset | null;
};

/** The schema of a stage's load in a report. Fields that a mode does not have are null. */
export const shownLoadSchema = z.object({
  concurrency: countSchema.nullable().describe('Requested streams. Null for a rate and for imports without this value'),
  requestsPerSecond: z.number().nullable().describe('Requested rate. Null for other loads'),
  fromRequestsPerSecond: z.number().nullable().describe('Rate at the start of the ramp. Null for other loads'),
  rampMs: z.number().nullable().describe('Duration of the ramp in milliseconds, or 0 without a ramp. Null for rounds'),
  maxConcurrency: countSchema.nullable().describe('Maximum open streams of a rate. Null for other loads'),
  whenFull: z
    .enum(['refuse', 'wait'])
    .nullable()
    .describe('What happens to requests above maxConcurrency. Null for other loads'),
});
export type ShownLoad = z.infer<typeof shownLoadSchema>;

export type StageMode<Stage extends StageBase = StageBase> = {
  name: Stage['mode'];
  /** Whether each stream sends its next request right after an answer, so that all streams stay busy. */
  refillsStreams: boolean;
  /** Returns the instrument's load for one attempt of a batch. */
  toPhaseLoad(stage: Stage, slice: BatchSlice): PhaseLoad;
  /** Estimates the duration of the stage with its warm-up if each request takes `e2eMs`. */
  estimateMs(stage: Stage, warmup: number, e2eMs: number): number;
  show(stage: Stage): Partial<ShownLoad>;
};
