import { isSearch } from '../../shared/load/load.ts';
import { countGroups, planRun, type StagePlan } from '../../shared/plan/plan-run.ts';
import type { Expect } from '../../shared/ports.ts';
import { buildBatch } from '../../shared/records/build-records.ts';
import { countFailures } from '../../shared/records/count-failures.ts';
import type { AdvanceMessage } from '../../shared/records/messages.ts';
import { type BatchRecord, isTerminal, type RunRecord } from '../../shared/records/records.ts';
import { enqueueEvent, sendDeliveries } from '../../shared/runs/enqueue-event.ts';
import { sendBatch } from '../../shared/runs/send-batch.ts';
import { closeQueuedBatch } from './close-queued-batch.ts';
import type { CoordinatorDeps } from './compose.ts';
import { extendLevels } from './extend-levels.ts';
import { isBeyondSaturation } from './is-beyond-saturation.ts';

/**
 * The whole orchestration: reads the run and does whatever is due, until nothing is. It may be called any number of
 * times, in any order, concurrently: every step is a conditional write, and a step that another call has done is skipped.
 */
export async function advanceRun(deps: CoordinatorDeps, message: AdvanceMessage): Promise<void> {
  for (;;) {
    const run = await deps.runs.get(message.runId);
    if (run === null || isTerminal(run.status)) return;
    if (!(await takeStep(deps, run))) return;
  }
}

/** One step; true where the run may have another one due at once. */
async function takeStep(deps: CoordinatorDeps, run: RunRecord): Promise<boolean> {
  if (run.status === 'finalizing') return resendFinalize(deps, run);
  if (run.stop === null && isPastDeadline(deps, run)) {
    await deps.runs.update(run.runId, { stop: null }, { stop: 'run_duration' });
    return true;
  }
  const plan = planRun(run.spec, run);
  if (run.groupIndex >= countGroups(plan)) return goBeyondPlan(deps, run);
  const stages = plan.filter((stage) => stage.groupIndex === run.groupIndex);
  const batches = await listBatches(deps, run, stages);
  if (run.stop !== null && batches.length === 0) return startFinalizing(deps, run);
  if (run.status === 'queued' && run.stop === null) return startRun(deps, run);
  const expected = stages.reduce((sum, stage) => sum + stage.batches.length, 0);
  if (batches.length < expected && run.stop === null) return openGroup(deps, run, plan, stages, batches);
  for (const batch of batches) await tendBatch(deps, run, batch);
  const settled = batches.every((batch) => batch.status === 'done' || batch.status === 'failed');
  if (!settled) return false;
  if (run.stop !== null) return startFinalizing(deps, run);
  return (
    (await deps.runs.update(
      run.runId,
      { groupIndex: run.groupIndex, stop: null },
      { groupIndex: run.groupIndex + 1 },
    )) !== null
  );
}

/** All groups of the plan are over: a search may have another level to add to it. */
async function goBeyondPlan(deps: CoordinatorDeps, run: RunRecord): Promise<boolean> {
  if (run.stop === null && isSearch(run.spec.load)) {
    if (run.status === 'queued') return startRun(deps, run);
    if (await extendLevels(deps, run)) return true;
  }
  return startFinalizing(deps, run);
}

function isPastDeadline(deps: CoordinatorDeps, run: RunRecord): boolean {
  return run.startedAtMs !== null && deps.clock.nowMs() > run.startedAtMs + run.spec.limits.maxDurationMs;
}

async function listBatches(
  deps: CoordinatorDeps,
  run: RunRecord,
  stages: readonly StagePlan[],
): Promise<BatchRecord[]> {
  const lists = await Promise.all(stages.map((stage) => deps.batches.list(run.runId, stage.stageIndex)));
  return lists.flat();
}

async function startRun(deps: CoordinatorDeps, run: RunRecord): Promise<boolean> {
  const started = { status: 'running', startedAtMs: deps.clock.nowMs() } as const;
  await deps.runs.update(run.runId, { status: 'queued', stop: null }, started);
  return true;
}

/** Writes the stages and batches of the group that do not exist yet, and sends each new batch its message. */
async function openGroup(
  deps: CoordinatorDeps,
  run: RunRecord,
  plan: readonly StagePlan[],
  stages: readonly StagePlan[],
  existing: readonly BatchRecord[],
): Promise<boolean> {
  // Told of once the start is stored, and again, under the same ids, should the first telling have been cut short.
  if (run.groupIndex === 0 && existing.length === 0)
    await sendDeliveries(deps, await enqueueEvent(deps, run, 'run.started'));
  const known = new Set(existing.map(({ stageIndex, batchIndex }) => `${stageIndex}#${batchIndex}`));
  const nowMs = deps.clock.nowMs();
  let leftOut = 0;
  for (const stage of stages) {
    await deps.stages.open({ runId: run.runId, stageIndex: stage.stageIndex, openedAtMs: nowMs });
    const isLeftOut = await isBeyondSaturation(deps, run, plan, stage);
    for (const { batchIndex } of stage.batches) {
      if (known.has(`${stage.stageIndex}#${batchIndex}`)) continue;
      const record = buildBatch({ runId: run.runId, stageIndex: stage.stageIndex, batchIndex, queuedAtMs: nowMs });
      if (isLeftOut) {
        leftOut += 1;
        await deps.batches.create({ ...record, status: 'done', notSentReason: 'over_saturated' });
      } else if (await deps.batches.create(record)) await sendBatch(deps, run, record);
    }
  }
  deps.logger.info('stage group opened', { runId: run.runId, groupIndex: run.groupIndex, stages: stages.length });
  // Stages that are left out have ended already.
  return leftOut > 0;
}

/** Sees that a batch cannot hang: a lost message is sent again, a lost worker's batch is put back, a hopeless one ends. */
async function tendBatch(deps: CoordinatorDeps, run: RunRecord, batch: BatchRecord): Promise<void> {
  const nowMs = deps.clock.nowMs();
  if (batch.status === 'running' && batch.leaseExpiresAtMs !== null && batch.leaseExpiresAtMs < nowMs) {
    const { attempt, leaseExpiresAtMs } = batch;
    // From here on the lost worker, should it live after all, can change nothing: it holds an older attempt.
    const put = await deps.batches.update(
      batch,
      { status: 'running', attempt, leaseExpiresAtMs },
      {
        status: 'queued',
        attempt: attempt + 1,
        failures: countFailures(batch),
        queuedAtMs: nowMs,
        leaseOwner: null,
        leaseExpiresAtMs: null,
      },
    );
    if (put === null) return;
    deps.logger.warn('batch lease expired', {
      runId: run.runId,
      stageIndex: batch.stageIndex,
      batchIndex: batch.batchIndex,
      attempt,
    });
    deps.telemetry.record('leaseExpired', 1, {
      runId: run.runId,
      stageIndex: batch.stageIndex,
      batchIndex: batch.batchIndex,
    });
    if (await closeIfHopeless(deps, run, put)) return;
    await sendBatch(deps, run, put);
  } else if (batch.status === 'queued') {
    if (await closeIfHopeless(deps, run, batch)) return;
    if (nowMs - batch.queuedAtMs < deps.config.resendAfterMs) return;
    const { attempt, queuedAtMs } = batch;
    const put = await deps.batches.update(batch, { status: 'queued', attempt, queuedAtMs }, { queuedAtMs: nowMs });
    if (put !== null) await sendBatch(deps, run, put);
  }
}

async function closeIfHopeless(deps: CoordinatorDeps, run: RunRecord, batch: BatchRecord): Promise<boolean> {
  if (run.stop !== null) {
    await closeQueuedBatch(deps, batch, { status: 'done', notSentReason: run.stop });
    return true;
  }
  if (batch.failures <= deps.config.maxBatchFailures) return false;
  await closeQueuedBatch(deps, batch, {
    status: 'failed',
    notSentReason: 'worker_lost',
    failure: batch.failure ?? { code: 'worker_lost', message: `The worker was lost ${batch.failures} times` },
  });
  return true;
}

async function startFinalizing(deps: CoordinatorDeps, run: RunRecord): Promise<boolean> {
  const nowMs = deps.clock.nowMs();
  const expect = {
    status: ['queued', 'running'],
    groupIndex: run.groupIndex,
    stop: run.stop,
  } as const satisfies Expect<RunRecord>;
  const updated = await deps.runs.update(run.runId, expect, { status: 'finalizing', finalizeSentAtMs: nowMs });
  if (updated === null) return true;
  await deps.queue.send({ kind: 'finalize', runId: run.runId });
  return false;
}

async function resendFinalize(deps: CoordinatorDeps, run: RunRecord): Promise<boolean> {
  const nowMs = deps.clock.nowMs();
  const { finalizeSentAtMs } = run;
  if (finalizeSentAtMs !== null && nowMs - finalizeSentAtMs < deps.config.resendAfterMs) return false;
  const updated = await deps.runs.update(
    run.runId,
    { status: 'finalizing', finalizeSentAtMs },
    { finalizeSentAtMs: nowMs },
  );
  if (updated !== null) await deps.queue.send({ kind: 'finalize', runId: run.runId });
  return false;
}
