import { z } from 'zod';
import type { Pacing } from '../workload/kinds/workload-kind.ts';
import type { Workload } from '../workload/workload.ts';
import type { LoadMode, ShownLoad, StageMode, Sweep } from './modes/load-mode.ts';
import { loadModes } from './modes/registry.ts';
import type { Arrivals } from './parts/arrivals.ts';
import { mostLevels } from './parts/search-load.ts';

type RegisteredMode = (typeof loadModes)[number];
const [first, ...others] = loadModes;

/** How it is asked; `docs/loads.md` documents each mode. */
export const loadSchema = z.discriminatedUnion('mode', [first.schema, ...others.map(({ schema }) => schema)]);
export type Load = z.infer<typeof loadSchema>;

/** One load level, whatever the spec calls it: what every stage at this level is to do. */
export type StageLoad = ReturnType<RegisteredMode['listLevels']>[number];
/** A level whose requests fall due by one schedule, which all workers follow. */
export type ScheduledLoad = Extract<StageLoad, { arrivals: Arrivals }>;

type AnyMode = LoadMode<RegisteredMode['schema'], StageLoad>;
const modesByName = new Map<string, AnyMode>(loadModes.map((mode) => [mode.schema.shape.mode.value, mode]));
const stageModesByName = new Map<StageLoad['mode'], StageMode<StageLoad>>(
  [...modesByName.values()].flatMap(({ stage }) => (stage === undefined ? [] : [[stage.name, stage] as const])),
);

/** The modes that stages run in. */
export const stageModeNames = [...stageModesByName.keys()];

/** Returns all that is known of the mode of a load. */
export function getLoadMode(load: { mode: string }): AnyMode {
  const mode = modesByName.get(load.mode);
  if (mode === undefined) throw new Error(`No mode of load is named ${load.mode}`);
  return mode;
}

/** Returns how the stages of a level run. */
export function getStageMode(stage: Pick<StageLoad, 'mode'>): StageMode<StageLoad> {
  const mode = stageModesByName.get(stage.mode);
  if (mode === undefined) throw new Error(`No stage has the mode ${stage.mode}`);
  return mode;
}

export function isScheduled(load: StageLoad): load is ScheduledLoad {
  return 'arrivals' in load;
}

type Asked = { load: Load; workload: Workload };

/** Lists the load levels of a spec, in order; none if a search is to decide them. */
export function listLevels({ load, workload }: Asked): StageLoad[] {
  return getLoadMode(load).listLevels(load, workload);
}

/** Returns the sweep that a load is; null if it is not one. */
export function findSweep(load: Load): Sweep<StageLoad> | null {
  return getLoadMode(load).findSweep?.(load) ?? null;
}

export function isSearch(load: Load): boolean {
  return (findSweep(load)?.search ?? null) !== null;
}

/** Lists the levels of a load; of one that searches, as many as it can come to, at the loads that ask the most. */
export function listPossibleLevels(asked: Asked): StageLoad[] {
  const sweep = findSweep(asked.load);
  if (sweep === null || sweep.search === null) return listLevels(asked);
  return mostLevels(sweep.search).map(sweep.buildLevel);
}

/** Returns the most streams that a level can have open. */
export function countStreams(load: StageLoad): number {
  return Math.min(isScheduled(load) ? load.maxConcurrency : load.concurrency, load.requests);
}

/** Returns how a load asks, as far as a workload must know. */
export function describePacing(asked: Asked): Pacing {
  const widths = listPossibleLevels(asked).map((level) => (isScheduled(level) ? 0 : level.concurrency));
  return {
    followsAnswers: getLoadMode(asked.load).followsAnswers?.(asked.load) ?? false,
    streams: widths.reduce((most, width) => Math.max(most, width), 0),
  };
}

/** A plain closed loop: also what an import is planned as, which needs some load. */
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

/** Returns a level as reports show it. */
export function showLevel(load: StageLoad) {
  return { ...notShown, ...getStageMode(load).show(load), mode: load.mode, requests: load.requests };
}
