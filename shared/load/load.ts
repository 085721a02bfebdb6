import { z } from 'zod';
import type { Pacing } from '../workload/kinds/workload-kind.ts';
import type { Workload } from '../workload/workload.ts';
import type { LoadMode, ShownLoad, StageMode, Sweep } from './modes/load-mode.ts';
import { loadModes } from './modes/registry.ts';
import type { Arrivals } from './parts/arrivals.ts';
import { listMostLevels } from './parts/search-load.ts';

type RegisteredMode = (typeof loadModes)[number];
const [first, ...others] = loadModes;

/** Schema of a load. `docs/loads.md` explains the modes. */
export const loadSchema = z
  .discriminatedUnion('mode', [first.schema, ...others.map(({ schema }) => schema)])
  .meta({ id: 'Load' });
export type Load = z.infer<typeof loadSchema>;

/** The load of a stage: one level of the run's load. */
export type StageLoad = ReturnType<RegisteredMode['listLevels']>[number];
/** A load level with an arrival schedule, which all workers of the stage share. */
export type ScheduledLoad = Extract<StageLoad, { arrivals: Arrivals }>;

type AnyMode = LoadMode<RegisteredMode['schema'], StageLoad>;
const modesByName = new Map<string, AnyMode>(loadModes.map((mode) => [mode.schema.shape.mode.value, mode]));
const stageModesByName = new Map<StageLoad['mode'], StageMode<StageLoad>>(
  [...modesByName.values()].flatMap(({ stage }) => (stage === undefined ? [] : [[stage.name, stage] as const])),
);

export const stageModeNames = [...stageModesByName.keys()];

export function getLoadMode(load: { mode: string }): AnyMode {
  const mode = modesByName.get(load.mode);
  if (mode === undefined) throw new Error(`Unknown load mode: ${load.mode}`);
  return mode;
}

export function getStageMode(stage: Pick<StageLoad, 'mode'>): StageMode<StageLoad> {
  const mode = stageModesByName.get(stage.mode);
  if (mode === undefined) throw new Error(`Unknown stage mode: ${stage.mode}`);
  return mode;
}

export function isScheduled(load: StageLoad): load is ScheduledLoad {
  return 'arrivals' in load;
}

type LoadSpec = { load: Load; workload: Workload };

/** Lists a spec's load levels in order. Returns an empty list if a search chooses the levels. */
export function listLevels({ load, workload }: LoadSpec): StageLoad[] {
  return getLoadMode(load).listLevels(load, workload);
}

export function findSweep(load: Load): Sweep<StageLoad> | null {
  return getLoadMode(load).findSweep?.(load) ?? null;
}

export function isSearch(load: Load): boolean {
  return (findSweep(load)?.search ?? null) !== null;
}

/** Lists a spec's load levels. For a search, lists as many levels as it can reach, with the highest possible loads. */
export function listPossibleLevels(spec: LoadSpec): StageLoad[] {
  const sweep = findSweep(spec.load);
  if (sweep === null || sweep.search === null) return listLevels(spec);
  return listMostLevels(sweep.search).map((value) => sweep.buildLevel(value));
}

/** Returns the maximum number of streams that are open at the same time at this load level. */
export function countStreams(load: StageLoad): number {
  return Math.min(isScheduled(load) ? load.maxConcurrency : load.concurrency, load.requests);
}

export function describePacing(spec: LoadSpec): Pacing {
  const widths = listPossibleLevels(spec).map((level) => (isScheduled(level) ? 0 : level.concurrency));
  return {
    followsAnswers: getLoadMode(spec.load).followsAnswers?.(spec.load) ?? false,
    streams: widths.reduce((most, width) => Math.max(most, width), 0),
  };
}

/** Builds the load of a closed loop. Imported stages also get this load, because every stage in a plan needs a load. */
export function buildClosedLoop(concurrency: number, requests: number): StageLoad {
  return { mode: 'concurrency', concurrency, requests, durationMs: null, rampMs: 0, stopWhen: null };
}

const notShown: ShownLoad = {
  concurrency: null,
  requestsPerSecond: null,
  fromRequestsPerSecond: null,
  rampMs: null,
  maxConcurrency: null,
  whenFull: null,
};

/** Returns a stage's load in the form that reports show. */
export function showLevel(load: StageLoad) {
  return { ...notShown, ...getStageMode(load).show(load), mode: load.mode, requests: load.requests };
}
