import { buildClosedLoop, countStreams, findSweep, isScheduled, listLevels, type StageLoad } from '../load/load.ts';
import type { Sweep } from '../load/modes/load-mode.ts';
import type { Imported } from '../sample/imported.ts';
import type { RunSpec } from '../spec/run-spec.ts';

/** The requests of one batch: `first`, `first + stride`, … (`count` of them) measured, and warm-up ones after the stage's measured range. */
export type BatchPlan = {
  batchIndex: number;
  first: number;
  stride: number;
  count: number;
  warmupFirst: number;
  warmupCount: number;
  /** This batch's share of the stage's streams (closed loop and rounds), or the most it may hold open (rate). */
  concurrency: number;
};

/** One target at one load level. Request indices: measured 0 … requests-1, warm-up requests … requests+warmup-1. */
export type StagePlan = {
  stageIndex: number;
  /** Stages of one group run at the same time; groups run one after another. */
  groupIndex: number;
  targetIndex: number;
  levelIndex: number;
  load: StageLoad;
  requests: number;
  warmup: number;
  /** The run-wide number of the stage's first measured request: levels differ in prompts, targets do not. */
  promptOffset: number;
  batches: BatchPlan[];
};

/** A level that a search has decided on, for one target. */
export type DecidedLevel = { targetIndex: number; value: number };

export type PlanLimits = {
  maxStreamsPerWorker: number;
  /** Of a load that searches: the levels decided so far, in order. */
  levels?: readonly DecidedLevel[] | undefined;
};

/**
 * How a run is cut into stages and batches: a pure function of the spec, the worker's stream limit and, where the load
 * searches, the levels decided so far. A level more adds a stage at the end, and changes none before it.
 */
export function planRun(spec: RunSpec, limits: PlanLimits): StagePlan[] {
  if (spec.imported !== undefined) return planImported(spec.imported);
  const warmup = spec.load.warmupRequests;
  return placeStages(spec, limits.levels ?? []).map((place, stageIndex) => {
    const { requests } = place.load;
    return { stageIndex, ...place, requests, warmup, batches: planBatches(place.load, warmup, limits) };
  });
}

/** One stage a pair of files. No two share their prompts, as far as is known: each stage has a range of its own. */
function planImported({ stages }: Imported): StagePlan[] {
  let promptOffset = 0;
  return stages.map(({ targetIndex, concurrency, requests }, stageIndex) => {
    const levelIndex = stages.slice(0, stageIndex).filter((before) => before.targetIndex === targetIndex).length;
    // A plan has streams, and one is the least there can be; what is not known stays null in the report.
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
  const loads = listLevels(spec);
  const offsets = computePromptOffsets(loads);
  const levels = loads.map((level, levelIndex) => ({
    levelIndex,
    load: level,
    promptOffset: offsets[levelIndex] ?? 0,
  }));
  if (order === 'interleaved')
    return levels.flatMap((level) =>
      [...targets.keys()].map((targetIndex) => ({ ...level, targetIndex, groupIndex: level.levelIndex })),
    );
  return [...targets.keys()]
    .flatMap((targetIndex) => levels.map((level) => ({ ...level, targetIndex })))
    .map((place, groupIndex) => ({ ...place, groupIndex }));
}

/** One level after another, each a group of its own; a target's levels follow on one another's prompts. */
function placeDecided({ buildLevel }: Sweep<StageLoad>, decided: readonly DecidedLevel[]): Place[] {
  const places: Place[] = [];
  for (const [groupIndex, { targetIndex, value }] of decided.entries()) {
    const before = places.filter((place) => place.targetIndex === targetIndex);
    const promptOffset = before.reduce((sum, place) => sum + place.load.requests, 0);
    places.push({ groupIndex, targetIndex, levelIndex: before.length, load: buildLevel(value), promptOffset });
  }
  return places;
}

/** Groups of stages that run one after another. */
export function countGroups(stages: readonly StagePlan[]): number {
  return stages.reduce((most, stage) => Math.max(most, stage.groupIndex + 1), 0);
}

/** The stages that run at the same time as `stage`, itself among them, and the workers of them all: one a batch. */
export function findGroup(plan: readonly StagePlan[], stageIndex: number): { stages: StagePlan[]; workers: number } {
  const stages = plan.filter(({ groupIndex }) => groupIndex === plan[stageIndex]?.groupIndex);
  return { stages, workers: stages.reduce((sum, { batches }) => sum + batches.length, 0) };
}

/** Returns the stage whose record holds the start that the workers of the stage's group agree on: the group's first. */
export function findMeetingStage(plan: readonly StagePlan[], stageIndex: number): number {
  return findGroup(plan, stageIndex).stages[0]?.stageIndex ?? stageIndex;
}

/** All requests a plan will send or account for, warm-up included. */
export function countPlanned(stages: readonly StagePlan[]): { measured: number; warmup: number } {
  return {
    measured: stages.reduce((sum, stage) => sum + stage.requests, 0),
    warmup: stages.reduce((sum, stage) => sum + stage.warmup, 0),
  };
}

/** The measured request indices of a batch, in the order they are to be sent. */
export function listMeasuredIndices(batch: BatchPlan): number[] {
  return Array.from({ length: batch.count }, (_, k) => batch.first + k * batch.stride);
}

export function listWarmupIndices(batch: BatchPlan): number[] {
  return Array.from({ length: batch.warmupCount }, (_, k) => batch.warmupFirst + k);
}

function computePromptOffsets(loads: readonly StageLoad[]): number[] {
  let sum = 0;
  return loads.map(({ requests }) => {
    const offset = sum;
    sum += requests;
    return offset;
  });
}

function planBatches(load: StageLoad, warmup: number, limits: PlanLimits): BatchPlan[] {
  const { requests } = load;
  const streams = countStreams(load);
  const workers = Math.max(1, Math.ceil(streams / limits.maxStreamsPerWorker));
  const batches: BatchPlan[] = [];
  let first = 0;
  let warmupFirst = requests;
  for (let batchIndex = 0; batchIndex < workers; batchIndex++) {
    // Shares that add up exactly: the share of worker b ends where that of b+1 begins.
    const share = (total: number) =>
      Math.floor((total * (batchIndex + 1)) / workers) - Math.floor((total * batchIndex) / workers);
    const concurrency = share(streams);
    const warmupCount = share(warmup);
    const base = { batchIndex, concurrency, warmupFirst, warmupCount };
    if (isScheduled(load)) {
      // Every worker follows the stage's one schedule and takes each `workers`-th instant of it.
      batches.push({
        ...base,
        first: batchIndex,
        stride: workers,
        count: Math.ceil((requests - batchIndex) / workers),
      });
    } else {
      // In proportion to the streams, so that all workers of a closed loop end at about the same time.
      const streamsBefore = Math.floor((streams * batchIndex) / workers);
      const end = Math.floor((requests * (streamsBefore + concurrency)) / streams);
      batches.push({ ...base, first, stride: 1, count: end - first });
      first = end;
    }
    warmupFirst += warmupCount;
  }
  return batches;
}
