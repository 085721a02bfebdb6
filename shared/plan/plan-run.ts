import { buildClosedLoop, countStreams, findSweep, isScheduled, listLevels, type StageLoad } from '../load/load.ts';
import type { Sweep } from '../load/modes/load-mode.ts';
import type { Imported } from '../sample/imported.ts';
import type { RunSpec } from '../spec/run-spec.ts';

/** Requests of one batch: `count` measured requests with the indices `first` + k · `stride`, and warm-up requests. */
export type BatchPlan = {
  batchIndex: number;
  first: number;
  stride: number;
  count: number;
  warmupFirst: number;
  warmupCount: number;
  /** Number of the stage's streams that this batch opens; for an open loop, the maximum number. */
  concurrency: number;
};

/** One target at one load level. Requests 0 to `requests` - 1 are measured. Warm-up requests have higher indices. */
export type StagePlan = {
  stageIndex: number;
  /** Stages with the same group index run at the same time. The groups run one after the other. */
  groupIndex: number;
  targetIndex: number;
  levelIndex: number;
  load: StageLoad;
  requests: number;
  warmup: number;
  /** Position of the stage's first measured prompt in the run. Targets share prompts, but load levels do not. */
  promptOffset: number;
  batches: BatchPlan[];
};

/** A load level that a search has chosen for a target. `isSized`: whether it also chose the number of requests. */
export type DecidedLevel = { targetIndex: number; value: number; isSized?: boolean | undefined };

export type PlanLimits = {
  maxStreamsPerWorker: number;
  levels?: readonly DecidedLevel[] | undefined;
};

/** Divides a run into stages and batches. Equal arguments give equal plans. New search levels add stages at the end. */
export function planRun(spec: RunSpec, limits: PlanLimits): StagePlan[] {
  if (spec.imported !== undefined) return planImported(spec.imported);
  const warmup = spec.load.warmupRequests;
  return placeStages(spec, limits.levels ?? []).map((place, stageIndex) => {
    const { requests } = place.load;
    return { stageIndex, ...place, requests, warmup, batches: planBatches(place.load, warmup, limits) };
  });
}

/** Plans one stage for each imported pair of files. No two stages use the same prompt numbers. */
function planImported({ stages }: Imported): StagePlan[] {
  let promptOffset = 0;
  return stages.map(({ targetIndex, concurrency, requests }, stageIndex) => {
    const levelIndex = stages.slice(0, stageIndex).filter((before) => before.targetIndex === targetIndex).length;
    // A plan requires at least one stream. The report shows null if the concurrency is unknown.
    const load = buildClosedLoop(concurrency ?? 1, requests);
    const batches = planBatches(load, 0, { maxStreamsPerWorker: Number.POSITIVE_INFINITY });
    const place = { stageIndex, groupIndex: stageIndex, targetIndex, levelIndex, promptOffset };
    promptOffset += requests;
    return { ...place, load, requests, warmup: 0, batches };
  });
}

type Place = Pick<StagePlan, 'groupIndex' | 'targetIndex' | 'levelIndex' | 'load' | 'promptOffset'>;

function placeStages(spec: RunSpec, decided: readonly DecidedLevel[]): Place[] {
  const { load, targets, order } = spec;
  const sweep = findSweep(load);
  if (sweep !== null && sweep.search !== null) return placeDecided(sweep, decided);
  let promptOffset = 0;
  const levels = listLevels(spec).map((level, levelIndex) => {
    const place = { levelIndex, load: level, promptOffset };
    promptOffset += level.requests;
    return place;
  });
  const targetIndices = [...targets.keys()];
  if (order === 'interleaved')
    return levels.flatMap((level) =>
      targetIndices.map((targetIndex) => ({ ...level, targetIndex, groupIndex: level.levelIndex })),
    );
  return targetIndices
    .flatMap((targetIndex) => levels.map((level) => ({ ...level, targetIndex })))
    .map((place, groupIndex) => ({ ...place, groupIndex }));
}

/** Plans one group for each load level that the search has chosen. Each target's levels use successive prompts. */
function placeDecided({ buildLevel }: Sweep<StageLoad>, decided: readonly DecidedLevel[]): Place[] {
  const places: Place[] = [];
  for (const [groupIndex, { targetIndex, value, isSized = false }] of decided.entries()) {
    const before = places.filter((place) => place.targetIndex === targetIndex);
    const promptOffset = before.reduce((sum, place) => sum + place.load.requests, 0);
    places.push({ groupIndex, targetIndex, levelIndex: before.length, load: buildLevel(value, isSized), promptOffset });
  }
  return places;
}

/** Returns the stages that run at the same time as this stage, and how many workers they need (one per batch). */
export function findGroup(plan: readonly StagePlan[], stageIndex: number): { stages: StagePlan[]; workers: number } {
  const stages = plan.filter(({ groupIndex }) => groupIndex === plan[stageIndex]?.groupIndex);
  return { stages, workers: stages.reduce((sum, { batches }) => sum + batches.length, 0) };
}

/** Returns the index of the group's first stage, whose record contains the start time of all stages in the group. */
export function findMeetingStage(plan: readonly StagePlan[], stageIndex: number): number {
  return findGroup(plan, stageIndex).stages[0]?.stageIndex ?? stageIndex;
}

/** Lists the indices of a batch's measured requests in the order in which they are sent. */
export function listMeasuredIndices(batch: BatchPlan): number[] {
  return Array.from({ length: batch.count }, (_, k) => batch.first + k * batch.stride);
}

export function listWarmupIndices(batch: BatchPlan): number[] {
  return Array.from({ length: batch.warmupCount }, (_, k) => batch.warmupFirst + k);
}

function planBatches(load: StageLoad, warmup: number, limits: PlanLimits): BatchPlan[] {
  const { requests } = load;
  const streams = countStreams(load);
  const workers = Math.max(1, Math.ceil(streams / limits.maxStreamsPerWorker));
  const batches: BatchPlan[] = [];
  let first = 0;
  let warmupFirst = requests;
  for (let batchIndex = 0; batchIndex < workers; batchIndex++) {
    // Rounding the cumulative shares, not each share, makes the shares add up to the total.
    const share = (total: number) =>
      Math.floor((total * (batchIndex + 1)) / workers) - Math.floor((total * batchIndex) / workers);
    const concurrency = share(streams);
    const warmupCount = share(warmup);
    const base = { batchIndex, concurrency, warmupFirst, warmupCount };
    if (isScheduled(load)) {
      // The workers share one arrival schedule. Each worker sends every `workers`-th request.
      batches.push({
        ...base,
        first: batchIndex,
        stride: workers,
        count: Math.ceil((requests - batchIndex) / workers),
      });
    } else {
      // Requests are divided in proportion to streams, so that all workers finish at about the same time.
      const streamsBefore = Math.floor((streams * batchIndex) / workers);
      const end = Math.floor((requests * (streamsBefore + concurrency)) / streams);
      batches.push({ ...base, first, stride: 1, count: end - first });
      first = end;
    }
    warmupFirst += warmupCount;
  }
  return batches;
}
