import type { RunSpec } from './run-spec.ts';
import { type StageLoad, stageLoads, streamsOf } from './stage-load.ts';

/** The requests of one batch: `first`, `first + stride`, … (`count` of them) measured, and warm-up ones after the stage's measured range. */
export type BatchPlan = {
  batch: number;
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
  stage: number;
  /** Stages of one group run at the same time; groups run one after another. */
  group: number;
  target: number;
  level: number;
  load: StageLoad;
  requests: number;
  warmup: number;
  /** The run-wide number of the stage's first measured request: levels differ in prompts, targets do not. */
  promptOffset: number;
  batches: BatchPlan[];
};

export type PlanLimits = { maxStreamsPerWorker: number };

/** How a run is cut into stages and batches: a pure function of the spec and the worker's stream limit. */
export function planRun(spec: RunSpec, limits: PlanLimits): StagePlan[] {
  const { targets, order } = spec;
  const warmup = spec.load.warmupRequests;
  const stages: StagePlan[] = [];
  const loads = stageLoads(spec.load);
  const offsets = promptOffsets(loads);
  const add = (target: number, level: number, group: number) => {
    const load = loads[level];
    if (load === undefined) return;
    stages.push({
      stage: stages.length,
      group,
      target,
      level,
      load,
      requests: load.requests,
      warmup,
      promptOffset: offsets[level] ?? 0,
      batches: planBatches(load, warmup, limits),
    });
  };
  const levels = [...loads.keys()];
  const numbers = [...targets.keys()];
  if (order === 'interleaved') for (const level of levels) for (const target of numbers) add(target, level, level);
  else for (const target of numbers) for (const level of levels) add(target, level, stages.length);
  return stages;
}

/** Groups of stages that run one after another. */
export function countGroups(stages: readonly StagePlan[]): number {
  return stages.reduce((most, stage) => Math.max(most, stage.group + 1), 0);
}

/** All requests a plan will send or account for, warm-up included. */
export function countPlanned(stages: readonly StagePlan[]): { measured: number; warmup: number } {
  return {
    measured: stages.reduce((sum, stage) => sum + stage.requests, 0),
    warmup: stages.reduce((sum, stage) => sum + stage.warmup, 0),
  };
}

/** The measured request indices of a batch, in the order they are to be sent. */
export function measuredIndices(batch: BatchPlan): number[] {
  return Array.from({ length: batch.count }, (_, k) => batch.first + k * batch.stride);
}

export function warmupIndices(batch: BatchPlan): number[] {
  return Array.from({ length: batch.warmupCount }, (_, k) => batch.warmupFirst + k);
}

function promptOffsets(loads: readonly StageLoad[]): number[] {
  let sum = 0;
  return loads.map(({ requests }) => {
    const offset = sum;
    sum += requests;
    return offset;
  });
}

function planBatches(load: StageLoad, warmup: number, limits: PlanLimits): BatchPlan[] {
  const { requests } = load;
  const streams = streamsOf(load);
  const workers = Math.max(1, Math.ceil(streams / limits.maxStreamsPerWorker));
  const batches: BatchPlan[] = [];
  let first = 0;
  let warmupFirst = requests;
  for (let batch = 0; batch < workers; batch++) {
    // Shares that add up exactly: the share of worker b ends where that of b+1 begins.
    const share = (total: number) =>
      Math.floor((total * (batch + 1)) / workers) - Math.floor((total * batch) / workers);
    const concurrency = share(streams);
    const warmupCount = share(warmup);
    const base = { batch, concurrency, warmupFirst, warmupCount };
    if (load.mode === 'rate') {
      // Every worker follows the stage's one schedule and takes each `workers`-th instant of it.
      batches.push({ ...base, first: batch, stride: workers, count: Math.ceil((requests - batch) / workers) });
    } else {
      // In proportion to the streams, so that all workers of a closed loop end at about the same time.
      const streamsBefore = Math.floor((streams * batch) / workers);
      const end = Math.floor((requests * (streamsBefore + concurrency)) / streams);
      batches.push({ ...base, first, stride: 1, count: end - first });
      first = end;
    }
    warmupFirst += warmupCount;
  }
  return batches;
}
