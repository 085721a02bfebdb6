import { z } from 'zod';
import type { Fault } from '../../errors/app-error.ts';
import type { Dataset } from '../../workload/datasets/dataset.ts';
import type { Workload } from '../../workload/workload.ts';
import type { LoadUnit, Search } from '../parts/search-schema.ts';
import type { StopWhen } from '../parts/stop-when.ts';
import type { PhaseLoad } from '../phase-load.ts';

type ModeSchema = z.ZodObject<{ mode: z.ZodLiteral<string> }>;

/** What every stage has, whatever its mode. */
export type StageBase = { mode: string; requests: number; durationMs: number | null; stopWhen: StopWhen | null };

export type LoadRules = {
  maxStreamsPerWorker: number;
  /** All batches of a group must run at one time, to start together: so many workers there are for them. */
  maxWorkersPerRun: number;
  maxRequestsPerRun: number;
};

/** What the checks of a load see of the spec around it. */
export type LoadContext = { workload: Workload; order: 'sequential' | 'interleaved' };

/** Where a spec asks for streams; null requests: the streams are a bound, which need not be reached. */
export type Width = { pointer: string; streams: number; requests: number | null };

/** A load whose levels differ in one number. */
export type Sweep<Stage extends StageBase> = {
  over: LoadUnit;
  /** Decides the levels as it goes; null if they are given. */
  search: Search | null;
  /** Returns the level at so many streams, or so many requests per second. */
  buildLevel(value: number): Stage;
};

/**
 * All that is known of one way to state a load: its folder holds it, and `registry.ts` lists it. The members are methods, so
 * that modes of different schemas form one list; `getLoadMode` calls each with loads of its own schema only.
 */
export type LoadMode<Schema extends ModeSchema = ModeSchema, Stage extends StageBase = StageBase> = {
  schema: Schema;
  /** Returns what is wrong with a load that neither its schema nor `checkLoad` can see. */
  check?(load: z.infer<Schema>, context: LoadContext, rules: LoadRules): Fault[];
  /** Lists the levels, in order; none if a search decides them, or the workload does not tell them yet. */
  listLevels(load: z.infer<Schema>, workload: Workload): Stage[];
  /** Lists where the spec asks for streams. */
  listWidths(load: z.infer<Schema>): Width[];
  /** Returns the pointer to where the spec says how many requests it has. Absent: its stages do. */
  pointToRequests?(load: z.infer<Schema>, workload: Workload): string;
  /** Returns whether each stream waits for its answer and then asks at once. Absent: it does not. */
  followsAnswers?(load: z.infer<Schema>): boolean;
  /** Describes the load in a few words; its levels are described apart. */
  describe(load: z.infer<Schema>): string;
  /** Returns the sweep that the load is. Absent: it is not one. */
  findSweep?(load: z.infer<Schema>): Sweep<Stage>;
  /** How a stage of the mode runs. Absent: its levels run as stages of other modes. */
  stage?: StageMode<Stage>;
};

/** One attempt of a batch: its share of the stage, and what it has yet to measure. */
export type BatchSlice = {
  seed: number;
  levelIndex: number;
  /** Requests of the whole stage. */
  requests: number;
  batchIndex: number;
  batchCount: number;
  /** The batch's share of the stage's streams. */
  concurrency: number;
  attempt: number;
  indices: readonly number[];
  dataset: Dataset | null;
};

/** What reports show of a stage's load; what a mode does not state is null. */
export const shownLoadSchema = z.object({
  concurrency: z
    .number()
    .int()
    .min(0)
    .nullable()
    .describe('Streams asked for; null for a rate, and where an import does not say'),
  requestsPerSecond: z.number().nullable().describe('Rate asked for; null but for a rate'),
  fromRequestsPerSecond: z.number().nullable().describe('Rate at the start of the ramp; null but for a rate'),
  rampMs: z.number().nullable().describe('Time of the ramp, 0 without one; null for rounds'),
  maxConcurrency: z.number().int().min(0).nullable().describe('Open streams at most; null but for a rate'),
  whenFull: z.enum(['refuse', 'wait']).nullable().describe('What becomes of requests beyond it; null but for a rate'),
});
export type ShownLoad = z.infer<typeof shownLoadSchema>;

/** All that is known of how the stages of one mode run. */
export type StageMode<Stage extends StageBase = StageBase> = {
  name: Stage['mode'];
  /** Whether each stream asks again as soon as it has been answered, so that all of them are busy all the time. */
  refillsStreams: boolean;
  /** Returns what the instrument is to do for one attempt of a batch. */
  toPhaseLoad(stage: Stage, slice: BatchSlice): PhaseLoad;
  /** Estimates how long the stage takes with its warm-up if each request takes `e2eMs`. */
  estimateMs(stage: Stage, warmup: number, e2eMs: number): number;
  show(stage: Stage): Partial<ShownLoad>;
};
