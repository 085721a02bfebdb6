import { z } from 'zod';
import type { Fault } from '../../errors/app-error.ts';
import { countSchema } from '../../number-schema.ts';
import type { Dataset } from '../../workload/datasets/dataset.ts';
import type { Workload } from '../../workload/workload.ts';
import { type StopWhen, whenFullSchema } from '../parts/load-fields.ts';
import type { LoadUnit, Search } from '../parts/search-schema.ts';

/** The load that a worker generates in one phase (warm-up or load) of a batch. See `shared/measure/load`. */
export type PhaseLoad =
  /** `ramp`: ms until the first stream starts, and ms between two starts. Default: streams start a few ms apart. */
  | { mode: 'concurrency'; concurrency: number; ramp?: { firstMs: number; spreadMs: number } }
  | { mode: 'rounds'; concurrency: number; minPeriodMs: number }
  /** `dueMs[k]`: when request k is due, in ms after the phase starts. The default of `whenFull` is `refuse`. */
  | { mode: 'rate'; maxConcurrency: number; whenFull?: 'refuse' | 'wait'; dueMs: Float64Array };

type ModeSchema = z.ZodObject<{ mode: z.ZodLiteral<string> }>;

export type StageBase = { mode: string; requests: number; durationMs: number | null; stopWhen: StopWhen | null };

export type LoadRules = {
  maxStreamsPerWorker: number;
  /** Maximum number of workers for a run. Concurrent stages need one worker for each of their batches. */
  maxWorkersPerRun: number;
  maxRequestsPerRun: number;
};

/** The parts of a spec that are needed to check its load. */
export type LoadContext = { workload: Workload; order: 'sequential' | 'interleaved' };

/** A field with a number of streams. `requests`: how many requests share them, or null if the number is a maximum. */
export type Width = { pointer: string; streams: number; requests: number | null };

/** A load whose levels differ in only one number. */
export type Sweep<Stage extends StageBase> = {
  over: LoadUnit;
  /** The search that chooses the levels, or null if the spec lists the levels. */
  search: Search | null;
  /**
   * Builds the load level for a value, which is a number of streams or of requests per second.
   * @param isSized whether a search chooses the number of requests; default true
   */
  buildLevel(value: number, isSized?: boolean): Stage;
};

/**
 * Defines one load mode. Each mode has a folder and an entry in `registry.ts`. The members are methods, so that modes
 * with different schemas fit in one list. `getLoadMode` returns the mode that matches a load's schema.
 */
export type LoadMode<Schema extends ModeSchema = ModeSchema, Stage extends StageBase = StageBase> = {
  schema: Schema;
  /** Returns problems that neither the schema nor `checkLoad` detects. */
  check?(load: z.infer<Schema>, context: LoadContext, rules: LoadRules): Fault[];
  /** Lists the levels in order. Returns [] if a search chooses the levels or the dataset is not known yet. */
  listLevels(load: z.infer<Schema>, workload: Workload): Stage[];
  listWidths(load: z.infer<Schema>): Width[];
  /** Returns the JSON pointer to the field with the number of requests. Absent if each stage has its own field. */
  pointToRequests?(load: z.infer<Schema>, workload: Workload): string;
  /** Returns whether each stream sends its next request as soon as the previous response ends. Absent means false. */
  followsAnswers?(load: z.infer<Schema>): boolean;
  /** Describes the load in a few words, without its levels. */
  describe(load: z.infer<Schema>): string;
  /** Returns the load as a sweep. Absent if the mode has no sweep. */
  findSweep?(load: z.infer<Schema>): Sweep<Stage>;
  /** The rules for stages in this mode. Absent if the mode's levels run as stages of other modes. */
  stage?: StageMode<Stage>;
};

/** One attempt to run a batch: the batch's share of the stage, and the requests that remain. */
export type BatchSlice = {
  seed: number;
  levelIndex: number;
  /** Number of requests in the whole stage. */
  requests: number;
  batchIndex: number;
  batchCount: number;
  /** Number of the stage's streams that this batch opens. */
  concurrency: number;
  attempt: number;
  indices: readonly number[];
  dataset: Dataset | null;
};

/** Schema of a stage's load in a report. Fields that do not apply to the load mode are null. */
export const shownLoadSchema = z.object({
  concurrency: countSchema.nullable().describe('Requested streams. Null for a rate and for imports without this value'),
  requestsPerSecond: z.number().nullable().describe('Requested rate. Null for other loads'),
  fromRequestsPerSecond: z.number().nullable().describe('Rate at the start of the ramp. Null for other loads'),
  rampMs: z.number().nullable().describe('Duration of the ramp in milliseconds, or 0 without a ramp. Null for rounds'),
  maxConcurrency: countSchema.nullable().describe('Maximum open streams of a rate. Null for other loads'),
  whenFull: whenFullSchema.nullable().describe('What happens to requests above maxConcurrency. Null for other loads'),
});
export type ShownLoad = z.infer<typeof shownLoadSchema>;

/** How reports show the loads of a stage mode. The argument `value` is a load as a number. */
export type LoadScale = {
  /** Name in titles: "concurrency", "request rate". */
  name: string;
  /** Column heading above numbers: "Concurrency", "Target rate, requests/s". */
  heading: string;
  /** Column heading above labels: "concurrency", "rate". */
  column: string;
  /** Name of a chart axis: "concurrent requests", "target rate, requests/s". */
  axis: string;
  /** Returns a stage's load. Null if the load is unknown. */
  read(load: ShownLoad): number | null;
  /** Formats the number alone: "5", "2.5". */
  format(value: number): string;
  /** Formats a short label: "5", "2.5/s". */
  label(value: number): string;
  /** Returns a name of the load for use within a sentence: "concurrency 5", "2.5/s". */
  describe(value: number): string;
  /** Formats the load with all digits and its unit: "5 streams", "2.5 requests/s". */
  count(value: number): string;
  /** Describes the load to follow "100 requests": "at concurrency 5". `ramp`: the ramp's duration (" within 2 s"). */
  describeStage(load: ShownLoad, ramp: string): string;
};

export type StageMode<Stage extends StageBase = StageBase> = {
  name: Stage['mode'];
  /** Whether each stream sends its next request as soon as the previous response ends, so that no stream is idle. */
  refillsStreams: boolean;
  toPhaseLoad(stage: Stage, slice: BatchSlice): PhaseLoad;
  /** Estimates the stage's duration in ms, including warm-up, if each request takes `e2eMs`. */
  estimateMs(stage: Stage, warmup: number, e2eMs: number): number;
  show(stage: Stage): Partial<ShownLoad>;
  scale: LoadScale;
};
