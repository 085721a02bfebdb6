import { hasElapsed } from '../../shared/has-elapsed.ts';
import { findSweep, isScheduled, isSearch } from '../../shared/load/load.ts';
import { type LevelResult, listMostLevels, searchLoad } from '../../shared/load/parts/search-load.ts';
import type { LoadUnit, Search, SearchSlo } from '../../shared/load/parts/search-schema.ts';
import { type DecidedLevel, planRun, type StagePlan } from '../../shared/plan/plan-run.ts';
import { buildBatch } from '../../shared/records/manifest.ts';
import type { AdvanceMessage } from '../../shared/records/messages.ts';
import { type BatchRecord, isTerminal, type RunRecord } from '../../shared/records/records.ts';
import { makeLevelResult } from '../../shared/report/build/measure-value.ts';
import { measureActiveMs } from '../../shared/runs/active-time.ts';
import { enqueueEvent, sendDeliveries } from '../../shared/runs/enqueue-event.ts';
import { readStageInput } from '../../shared/runs/read-stage-input.ts';
import { sendBatch } from '../../shared/runs/send-batch.ts';
import { admitGroup } from './admit-group.ts';
import { checkTargets } from './check-targets.ts';
import type { CoordinatorDeps } from './compose.ts';
import { clearFailedAdvances } from './count-failed-advance.ts';
import { measureStage } from './measure-stage.ts';
import { tendBatch } from './tend-batch.ts';
import { startFinalizing, tendReport } from './tend-report.ts';

/**
 * Advances a run until no step is due. Repeated and concurrent calls are safe: each step is a conditional write, so a
 * step that another call has already taken is skipped.
 */
export async function advanceRun(deps: CoordinatorDeps, message: AdvanceMessage): Promise<void> {
  for (;;) {
    const run = await deps.runs.get(message.runId);
    if (run === null || isTerminal(run.status)) return;
    if (!(await takeStep(deps, run))) return clearFailedAdvances(deps, run);
  }
}

/** Takes the next step of a run. Returns whether another step may be due immediately. */
async function takeStep(deps: CoordinatorDeps, run: RunRecord): Promise<boolean> {
  if (run.status === 'finalizing') return tendReport(deps, run);
  if (run.stop === null && measureActiveMs(run, deps.clock.nowMs()) > run.spec.limits.maxDurationMs) {
    await deps.runs.update(run.runId, { stop: null }, { stop: 'run_duration' });
    return true;
  }
  await addActiveTime(deps, run);
  const plan = planRun(run.spec, run);
  const stages = plan.filter((stage) => stage.groupIndex === run.groupIndex);
  if (stages.length === 0) return goBeyondPlan(deps, run);
  const lists = await Promise.all(stages.map(({ stageIndex }) => deps.batches.list(run.runId, stageIndex)));
  const batches = lists.flat();
  if (run.stop !== null && batches.length === 0) return startFinalizing(deps, run);
  const expected = stages.reduce((sum, stage) => sum + stage.batches.length, 0);
  if (run.stop === null && batches.length === 0 && !(await admitGroup(deps, run, stages))) return false;
  if (run.status === 'queued' && run.stop === null) return beginRun(deps, run);
  if (batches.length < expected && run.stop === null) return openGroup(deps, run, plan, stages, batches);
  for (const batch of batches) await tendBatch(deps, run, batch, expected);
  const settled = batches.every((batch) => batch.status === 'done' || batch.status === 'failed');
  if (!settled) return false;
  if (run.stop !== null) return startFinalizing(deps, run);
  const { runId, groupIndex } = run;
  return (await deps.runs.update(runId, { groupIndex, stop: null }, { groupIndex: groupIndex + 1 })) !== null;
}

/** Continues after the last planned group of stages: adds a load level to a search, or else finalizes the run. */
async function goBeyondPlan(deps: CoordinatorDeps, run: RunRecord): Promise<boolean> {
  const sweep = findSweep(run.spec.load);
  if (run.stop !== null || sweep === null || sweep.search === null) return startFinalizing(deps, run);
  if (run.status === 'queued') return beginRun(deps, run);
  const mostLevels = listMostLevels(sweep.search).length * run.spec.targets.length;
  if (run.levels.length > mostLevels) throw new Error(`Internal error: the search of ${run.runId} does not end`);
  const next = await decideLevel(deps, run, sweep.over, sweep.search);
  if (next === null) return startFinalizing(deps, run);
  const expect = { status: 'running', groupIndex: run.groupIndex, stop: null } as const;
  const updated = await deps.runs.update(run.runId, expect, { levels: [...run.levels, next] });
  if (updated !== null) deps.logger.info('search level added', { runId: run.runId, ...next });
  return true;
}

/** Shortest time in ms between two additions to a run's active time. More would only cost more writes. */
const activeStepMs = 30_000;

async function addActiveTime({ runs, clock }: CoordinatorDeps, run: RunRecord): Promise<void> {
  const nowMs = clock.nowMs();
  if (run.activeAtMs === null || !hasElapsed(run.activeAtMs, activeStepMs, nowMs)) return;
  const expect = { status: 'running', activeAtMs: run.activeAtMs } as const;
  await runs.update(run.runId, expect, { activeMs: measureActiveMs(run, nowMs), activeAtMs: nowMs });
}

/** Starts a run after its targets have passed their check. Returns whether another step is due. */
async function beginRun(deps: CoordinatorDeps, run: RunRecord): Promise<boolean> {
  const checked = await checkTargets(deps, run);
  if (checked === 'pending') return false;
  return checked === 'failed' || startRun(deps, run);
}

async function startRun(deps: CoordinatorDeps, run: RunRecord): Promise<boolean> {
  const nowMs = deps.clock.nowMs();
  const started = { status: 'running', startedAtMs: nowMs, activeAtMs: nowMs } as const;
  await deps.runs.update(run.runId, { status: 'queued', stop: null }, started);
  return true;
}

/** Creates the missing stages and batches of a group of stages, and sends a message for each new batch. */
async function openGroup(
  deps: CoordinatorDeps,
  run: RunRecord,
  plan: readonly StagePlan[],
  stages: readonly StagePlan[],
  existing: readonly BatchRecord[],
): Promise<boolean> {
  // The start is already stored. A retry after a crash creates this event with the same ids, which does no harm.
  if (run.groupIndex === 0 && existing.length === 0)
    await sendDeliveries(deps, await enqueueEvent(deps, run, 'run.started'));
  const known = new Set(existing.map(({ stageIndex, batchIndex }) => `${stageIndex}#${batchIndex}`));
  const nowMs = deps.clock.nowMs();
  let skippedCount = 0;
  for (const stage of stages) {
    await deps.stages.open({ runId: run.runId, stageIndex: stage.stageIndex, openedAtMs: nowMs });
    const isSkipped = await isBeyondSaturation(deps, run, plan, stage);
    for (const { batchIndex } of stage.batches) {
      if (known.has(`${stage.stageIndex}#${batchIndex}`)) continue;
      const record = buildBatch({ runId: run.runId, stageIndex: stage.stageIndex, batchIndex, queuedAtMs: nowMs });
      if (isSkipped) {
        skippedCount += 1;
        await deps.batches.create({ ...record, status: 'done', notSentReason: 'over_saturated' });
      } else if (await deps.batches.create(record)) await sendBatch(deps, run, record);
    }
  }
  deps.logger.info('stage group opened', { runId: run.runId, groupIndex: run.groupIndex, stages: stages.length });
  // Skipped stages have already ended, so the next step may be due.
  return skippedCount > 0;
}

/** Returns whether to skip a stage because an earlier level of its target was saturated. Searches skip no stage. */
async function isBeyondSaturation(
  deps: CoordinatorDeps,
  run: RunRecord,
  plan: readonly StagePlan[],
  { stageIndex, targetIndex, load }: StagePlan,
): Promise<boolean> {
  if (!isScheduled(load) || load.onSaturation !== 'stop_levels' || isSearch(run.spec.load)) return false;
  for (const earlier of plan) {
    if (earlier.stageIndex >= stageIndex || earlier.targetIndex !== targetIndex) continue;
    if ((await deps.stages.get(run.runId, earlier.stageIndex))?.stop?.reason === 'over_saturated') return true;
  }
  return false;
}

/**
 * Decides the next load level of a search. The targets are searched one after another. Returns null if the search is
 * over. The decision depends only on stored samples, so concurrent callers choose the same level.
 */
async function decideLevel(
  deps: CoordinatorDeps,
  run: RunRecord,
  over: LoadUnit,
  search: Search,
): Promise<DecidedLevel | null> {
  const targetIndex = run.levels.at(-1)?.targetIndex ?? 0;
  const results = await readLevelResults(deps, run, targetIndex, search.find === 'slo' ? search.slos : []);
  const step = searchLoad({ search, over }, results);
  const size = search.find === 'knee' ? { isSized: true } : {};
  if ('next' in step) return { targetIndex, value: step.next, ...size };
  const next = { targetIndex: targetIndex + 1, value: search.min, ...size };
  return next.targetIndex < run.spec.targets.length ? next : null;
}

/** Computes the results of a target's load levels, from which the search chooses the next level. */
async function readLevelResults(
  deps: CoordinatorDeps,
  run: RunRecord,
  targetIndex: number,
  slos: readonly SearchSlo[],
): Promise<LevelResult[]> {
  const plan = planRun(run.spec, run);
  const withChunkGaps = slos.some(({ metric }) => metric === 'chunkGapMs');
  const results: LevelResult[] = [];
  for (const [stageIndex, level] of run.levels.entries()) {
    const stage = plan[stageIndex];
    if (level.targetIndex !== targetIndex || stage === undefined) continue;
    const input = await readStageInput(deps, run, plan, stage, { withChunkGaps });
    results.push(makeLevelResult(level.value, measureStage(run.spec, input), slos));
  }
  return results;
}
