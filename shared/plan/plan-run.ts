import { buildClosedLoop, countStreams, findSweep, isScheduled, listLevels, type StageLoad } from '../load/load.ts';
import type { Sweep } from '../load/modes/load-mode.ts';
import type { Imported } from '../sample/imported.ts';
import type { RunSpec } from '../spec/run-spec.ts';

/** The requests of one batch: `count` measured indices from `first` in steps of `stride`, and its warm-up indices. */
export type BatchPlan = {
  batchIndex: number;
  first: number;
  stride: number;
  count: number;
  warmupFirst: number;
  warmupCount: number;
  /** The batch's share of the stage's streams, or its maximum open streams for a rate. */
  concurrency: number;
};

/** One target at one load level. Measured indices are 0 … requests-1; warm-up indices follow. */
export type StagePlan = {
  stageIndex: number;
  /** Stages of one group run at the same time. Groups run one after another. */
  groupIndex: number;
  targetIndex: number;
  levelIndex: number;
  load: StageLoad;
  requests: number;
  warmup: number;
  /** Run-wide number of the stage's first measured prompt. Levels use different prompts; targets use the same. */
  promptOffset: number;
  batches: BatchPlan[];
};

/** A level that a search has decided for one target. */
export type DecidedLevel = { targetIndex: number; value: number };

export type PlanLimits = {
  maxStreamsPerWorker: number;
  /** The levels that a search has decided so far, in order. */
  levels?: readonly DecidedLevel[] | undefined;
};

/** Divides a run into stages and batches. Depends only on its arguments. A new level of a search adds a stage at the end. */
export function planRun(spec: RunSpec, limits: PlanLimits): StagePlan[] {
  if (spec.imported !== undefined) return planImported(spec.imported);
  const warmup = spec.load.warmupRequests;
  return placeStages(spec, limits.levels ?? []).map((place, stageIndex) => {
    const { requests } = place.load;
    return { stageIndex, ...place, requests, warmup, batches: planBatches(place.load, warmup, limits) };
  });
}

/** Plans one stage per imported pair of files, each with its own range of prompts. */
function planImported({ stages }: Imported): StagePlan[] {
  let promptOffset = 0;
  return stages.map(({ targetIndex, concurrency, requests }, stageIndex) => {
    const levelIndex = stages.slice(0, stageIndex).filter((before) => before.targetIndex === targetIndex).length;
    // A plan requires at least one stream. The report shows unknown values as null.
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

/** Places decided levels in separate groups. The levels of a target use successive prompts. */
function placeDecided({ buildLevel }: Sweep<StageLoad>, decided: readonly DecidedLevel[]): Place[] {
  const places: Place[] = [];
  for (const [groupIndex, { targetIndex, value }] of decided.entries()) {
    const before = places.filter((place) => place.targetIndex === targetIndex);
    const promptOffset = before.reduce((sum, place) => sum + place.load.requests, 0);
    places.push({ groupIndex, targetIndex, levelIndex: before.length, load: buildLevel(value), promptOffset });
  }
  return places;
}

export function countGroups(stages: readonly StagePlan[]): number {
  return stages.reduce((most, stage) => Math.max(most, stage.groupIndex + 1), 0);
}

/** Returns the stages of the group of a stage, and the number of their workers: one per batch. */
export function findGroup(plan: readonly StagePlan[], stageIndex: number): { stages: StagePlan[]; workers: number } {
  const stages = plan.filter(({ groupIndex }) => groupIndex === plan[stageIndex]?.groupIndex);
  return { stages, workers: stages.reduce((sum, { batches }) => sum + batches.length, 0) };
}

/** Returns the index of the first stage in the group, whose record has the common start time. */
export function findMeetingStage(plan: readonly StagePlan[], stageIndex: number): number {
  return findGroup(plan, stageIndex).stages[0]?.stageIndex ?? stageIndex;
}

export function countPlanned(stages: readonly StagePlan[]): { measured: number; warmup: number } {
  return {
    measured: stages.reduce((sum, stage) => sum + stage.requests, 0),
    warmup: stages.reduce((sum, stage) => sum + stage.warmup, 0),
  };
}

/** Lists the measured request indices of a batch in sending order. */
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
    // Adjacent shares have a common bound, so that they add up exactly.
    const share = (total: number) =>
      Math.floor((total * (batchIndex + 1)) / workers) - Math.floor((total * batchIndex) / workers);
    const concurrency = share(streams);
    const warmupCount = share(warmup);
    const base = { batchIndex, concurrency, warmupFirst, warmupCount };
    if (isScheduled(load)) {
      // Each worker takes every `workers`-th request of the common schedule.
      batches.push({
        ...base,
        first: batchIndex,
        stride: workers,
        count: Math.ceil((requests - batchIndex) / workers),
      });
    } else {
      // Requests are proportional to streams, so that all workers end at about the same time.
      const streamsBefore = Math.floor((streams * batchIndex) / workers);
      const end = Math.floor((requests * (streamsBefore + concurrency)) / streams);
      batches.push({ ...base, first, stride: 1, count: end - first });
      first = end;
    }
    warmupFirst += warmupCount;
  }
  return batches;
}
