import { findSweep, getStageMode, type StageLoad } from '../../../shared/load/load.ts';
import { listMostLevels } from '../../../shared/load/parts/search-load.ts';
import type { StagePlan } from '../../../shared/plan/plan-run.ts';
import { type BatchRecord, countEnded, type RunRecord } from '../../../shared/records/records.ts';
import type { StageView } from './schemas.ts';

export type ProgressInput = {
  run: RunRecord;
  plan: readonly StagePlan[];
  /** Progress of each stage in the plan, in the same order. */
  stages: readonly StageView[];
  batches: readonly BatchRecord[];
  /** Start of the running group of stages (Unix time in ms). Null if it has not started. */
  groupStartMs: number | null;
  /** Time (Unix time in ms) since which the run waits for workers. Null if it does not wait. */
  waitStartMs: number | null;
  nowMs: number;
};

/**
 * Estimates the remaining time of a running run in ms, from the mean duration of its requests so far. Returns null
 * until a request has ended. `maxMs` is the upper bound for a search, which can end at any level.
 */
export function estimateRemaining(input: ProgressInput): { remainingMs: number | null; maxMs: number | null } {
  const { run, plan, nowMs } = input;
  const latency = createLatencyReader(input);
  if (run.status !== 'running' || run.startedAtMs === null || latency === null)
    return { remainingMs: null, maxMs: null };
  const groups = [...Map.groupBy(plan, ({ groupIndex }) => groupIndex).values()];
  const groupsMs = groups.map((group) => Math.max(...group.map((stage) => estimateStageMs(input, stage, latency))));
  const plannedMs = groupsMs.reduce((sum, each) => sum + each, 0);
  const limitMs = Math.max(0, run.startedAtMs + run.spec.limits.maxDurationMs - nowMs);
  const limit = (ms: number) => Math.round(Math.min(limitMs, ms));
  const searchMs = estimateSearchMs(run, latency);
  return searchMs === null
    ? { remainingMs: limit(plannedMs), maxMs: null }
    : { remainingMs: null, maxMs: limit(plannedMs + searchMs) };
}

/** Returns the mean duration of a request in ms. Uses the requests of the stage, or else of its target, or else all. */
type LatencyReader = (place: { stageIndex: number | null; targetIndex: number }) => number;

function createLatencyReader({ plan, batches }: Pick<ProgressInput, 'plan' | 'batches'>): LatencyReader | null {
  const measure = (chosen: readonly BatchRecord[]) => {
    let [busyMs, count] = [0, 0];
    for (const { progress } of chosen) {
      busyMs += progress.busyMs;
      count += progress.ok + progress.failed + progress.disturbed + progress.canceled + progress.warmupDone;
    }
    return count > 0 && busyMs > 0 ? busyMs / count : null;
  };
  const ofAll = measure(batches);
  if (ofAll === null) return null;
  return ({ stageIndex, targetIndex }) => {
    const own = plan.filter((stage) => stage.targetIndex === targetIndex).map((stage) => stage.stageIndex);
    return (
      measure(batches.filter((batch) => batch.stageIndex === stageIndex)) ??
      measure(batches.filter((batch) => own.includes(batch.stageIndex))) ??
      ofAll
    );
  };
}

/** Estimates the remaining time of a stage in ms: 0 if it is done. */
function estimateStageMs(input: ProgressInput, { stageIndex, targetIndex, load }: StagePlan, latency: LatencyReader) {
  const view = input.stages[stageIndex];
  if (view === undefined || view.status === 'done') return 0;
  // On average, half of the answer to an open request has arrived.
  const left = Math.ceil(view.planned - countEnded(view) - view.inFlight / 2);
  const warmupLeft = Math.max(0, view.warmupPlanned - view.warmupDone);
  if (left <= 0 && view.inFlight === 0) return 0;
  const rest = { ...load, requests: Math.max(1, left), durationMs: shortenDuration(input, load, view) };
  return getStageMode(load).estimateMs(rest, warmupLeft, latency({ stageIndex, targetIndex }));
}

/** Returns how long in ms a stage may still start requests; null if it has no limit. */
function shortenDuration({ groupStartMs, nowMs }: ProgressInput, { durationMs }: StageLoad, { status }: StageView) {
  if (durationMs === null || status !== 'running' || groupStartMs === null) return durationMs;
  return Math.max(0, durationMs - Math.max(0, nowMs - groupStartMs));
}

/** Estimates the time in ms of all levels that a search may still add. Returns null if the load is not a search. */
function estimateSearchMs({ spec, levels }: RunRecord, latency: LatencyReader): number | null {
  const sweep = findSweep(spec.load);
  if (sweep === null || sweep.search === null) return null;
  const possible = [sweep.search.min, ...listMostLevels(sweep.search)].map((value) => sweep.buildLevel(value));
  let totalMs = 0;
  for (const targetIndex of spec.targets.keys()) {
    const e2eMs = latency({ stageIndex: null, targetIndex });
    const longestMs = Math.max(
      ...possible.map((load) => getStageMode(load).estimateMs(load, spec.load.warmupRequests, e2eMs)),
    );
    const measured = levels.filter((level) => level.targetIndex === targetIndex).length;
    const isOver = (levels.at(-1)?.targetIndex ?? 0) > targetIndex;
    if (!isOver) totalMs += Math.max(0, possible.length - 1 - measured) * longestMs;
  }
  return totalMs;
}
