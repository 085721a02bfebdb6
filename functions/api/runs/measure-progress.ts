import { isSearch, listPossibleLevels } from '../../../shared/load/load.ts';
import { findMeetingStage, planRun, type StagePlan } from '../../../shared/plan/plan-run.ts';
import type { Deps } from '../../../shared/ports.ts';
import { formatInstantOrNull } from '../../../shared/records/format-instant.ts';
import { noProgress } from '../../../shared/records/manifest.ts';
import { type BatchRecord, countEnded, isTerminal, type RunRecord } from '../../../shared/records/records.ts';
import { estimateRemaining, type ProgressInput } from './estimate-remaining.ts';
import { measureCostUsd, measureLive } from './measure-live.ts';
import type { RunView, StageView } from './schemas.ts';

type ProgressDeps = Pick<Deps, 'batches' | 'stages' | 'clock'>;

/** Reads the batches of a run, and measures its progress and remaining time. */
export async function measureProgress(deps: ProgressDeps, run: RunRecord): Promise<RunView['progress']> {
  return describeProgress(await readProgress(deps, run));
}

/** Reads the batches of a run and everything else from which its progress is measured. */
export async function readProgress(deps: ProgressDeps, run: RunRecord): Promise<ProgressInput> {
  const plan = planRun(run.spec, run);
  const batches = run.status === 'queued' ? [] : await deps.batches.list(run.runId);
  const groupStartMs = await readGroupStart(deps, run, plan);
  const waitStartMs = await readWaitStart(deps, run, plan, batches);
  const stages = plan.map((stage) => measureStageProgress(run, stage, batches));
  return { run, plan, stages, batches, groupStartMs, waitStartMs, nowMs: deps.clock.nowMs() };
}

/** Reads the start times of the running stages, in ms. Returns null if no stage has a time limit, because nothing else needs them. */
async function readGroupStart({ stages }: Pick<Deps, 'stages'>, run: RunRecord, plan: readonly StagePlan[]) {
  const limited = plan.find(({ groupIndex, load }) => groupIndex === run.groupIndex && load.durationMs !== null);
  if (run.status !== 'running' || limited === undefined) return null;
  return (await stages.get(run.runId, findMeetingStage(plan, limited.stageIndex)))?.startAtMs ?? null;
}

/**
 * Reads since when a run waits, in ms: for other runs of its tenant, or until workers have taken all batches of a group
 * that has not started. Returns null if the run does not wait.
 */
async function readWaitStart(
  { stages }: Pick<Deps, 'stages'>,
  run: RunRecord,
  plan: readonly StagePlan[],
  batches: readonly BatchRecord[],
): Promise<number | null> {
  if (isTerminal(run.status) || run.stop !== null) return null;
  if (run.waitingSinceMs !== null) return run.waitingSinceMs;
  const first = plan.find(({ groupIndex }) => groupIndex === run.groupIndex);
  if (first === undefined || !batches.some(({ status }) => status === 'queued')) return null;
  const group = await stages.get(run.runId, first.stageIndex);
  return group === null || group.startAtMs !== null ? null : group.openedAtMs;
}

export function describeProgress(input: ProgressInput): RunView['progress'] {
  const { run, stages, batches, waitStartMs, nowMs } = input;
  const { startedAtMs, endedAtMs } = run;
  const planned = stages.reduce((sum, stage) => sum + stage.planned, 0);
  const ended = stages.reduce((sum, stage) => sum + countEnded(stage), 0);
  const { remainingMs, maxMs } = estimateRemaining(input);
  return {
    stages: [...stages],
    planned,
    ended,
    share: measureShare(input, planned, ended),
    costUsd: measureCostUsd(run, input.plan, batches),
    waitingSince: formatInstantOrNull(waitStartMs),
    elapsedMs: startedAtMs === null ? null : Math.max(0, (endedAtMs ?? nowMs) - startedAtMs),
    remainingMs,
    maxRemainingMs: maxMs,
  };
}

/**
 * Measures the share of the run that is done, which never falls. A batch that lost its worker measures some requests
 * again, so it keeps its earlier count. The share of a search refers to as many levels as it can have.
 */
function measureShare({ run, batches }: ProgressInput, planned: number, ended: number): number {
  if (isTerminal(run.status)) return 1;
  const again = batches
    .filter(isOpen)
    .reduce((sum, { peakEnded, progress }) => sum + Math.max(0, peakEnded - countEnded(progress)), 0);
  const total = isSearch(run.spec.load) ? countSearched(run) : planned;
  return total === 0 ? 0 : Math.min(1, (ended + again) / total);
}

function isOpen({ status }: BatchRecord): boolean {
  return status === 'queued' || status === 'running';
}

function countSearched({ spec }: RunRecord): number {
  return spec.targets.length * listPossibleLevels(spec).reduce((sum, { requests }) => sum + requests, 0);
}

const { tally: _, ...noCounts } = noProgress;
const countNames = Object.keys(noCounts) as (keyof typeof noCounts)[]; // the names are the keys of an object literal

/** Adds up the counts of a stage's batches. Requests of ended batches without a sample were not sent. */
export function measureStageProgress(run: RunRecord, plan: StagePlan, batches: readonly BatchRecord[]): StageView {
  const own = batches.filter(({ stageIndex }) => stageIndex === plan.stageIndex);
  const total = { ...noCounts };
  for (const batch of own) {
    const { batchIndex, progress } = batch;
    for (const name of countNames) total[name] += progress[name];
    if (!isOpen(batch)) total.notSent += Math.max(0, (plan.batches[batchIndex]?.count ?? 0) - countEnded(progress));
  }
  if (isTerminal(run.status)) total.notSent += Math.max(0, plan.requests - countEnded(total));
  const { busyMs: _, ...counts } = total;
  return {
    stageIndex: plan.stageIndex,
    targetId: run.spec.targets[plan.targetIndex]?.id ?? `target-${plan.targetIndex + 1}`,
    levelIndex: plan.levelIndex,
    status: readStatus(run, plan),
    planned: plan.requests,
    warmupPlanned: plan.warmup,
    ...counts,
    ...measureLive(own),
  };
}

function readStatus(run: RunRecord, plan: StagePlan): StageView['status'] {
  if (run.status === 'queued') return 'pending';
  if (run.status !== 'running' || plan.groupIndex < run.groupIndex) return 'done';
  return plan.groupIndex === run.groupIndex ? 'running' : 'pending';
}
