import { findGroup } from '../../shared/plan/plan-run.ts';
import { countFailures } from '../../shared/records/count-failures.ts';
import type { BatchMessage } from '../../shared/records/messages.ts';
import type { BatchRecord, Failure } from '../../shared/records/records.ts';
import { paceWorkers } from '../../shared/runs/pace-workers.ts';
import { sendBatch } from '../../shared/runs/send-batch.ts';
import type { NotSentReason } from '../../shared/sample/outcome.ts';
import { type BatchEnd, type BatchEnding, createBatchEnding } from './batch-ending.ts';
import { addMissingCounts, checkErrorRate } from './check-error-rate.ts';
import { type ClaimedBatch, claimBatch } from './claim-batch.ts';
import type { WorkerDeps } from './compose.ts';
import { holdLease, type Lease } from './hold-lease.ts';
import { measureBatch } from './measure-batch.ts';
import { watchStage } from './watch-stage.ts';

/**
 * Runs one batch from claim to end: measures what has no sample yet, stores samples as they come, and leaves the batch
 * done, failed, or queued again for another worker. `remainingMs` is how long this invocation may yet last.
 */
export async function runBatch(deps: WorkerDeps, message: BatchMessage, remainingMs: () => number): Promise<void> {
  const claimed = await claimBatch(deps, message, deps.ids.next('request'));
  if (claimed === null) {
    deps.logger.info('batch message passed over', { ...message });
    return;
  }
  const logger = deps.logger.child({
    runId: message.runId,
    stageIndex: message.stageIndex,
    batchIndex: message.batchIndex,
    attempt: message.attempt,
  });
  const { heartbeatMs, leaseMs } = paceWorkers(deps.config, findGroup(claimed.plan, message.stageIndex).workers);
  const scoped: WorkerDeps = { ...deps, logger, config: { ...deps.config, heartbeatMs, leaseMs } };
  const ending = createBatchEnding();
  const progress = claimed.record.progress;
  const { run } = claimed;
  addMissingCounts(progress);
  const watch = watchStage(scoped, claimed, message.batchIndex);
  const lease = holdLease(
    scoped,
    claimed.record,
    () => ({ ...progress, ...ending.liveProgress(progress) }),
    async () => (await checkErrorRate(scoped, run, progress)) ?? (await watch()),
    (signal) => ending.signal(signal),
  );
  const { runId, stageIndex, batchIndex } = message;
  deps.telemetry.record('batchQueuedMs', claimed.queuedMs, { runId, stageIndex, batchIndex });
  logger.info('batch started', { requests: claimed.batch.count, done: claimed.doneIndices.size });
  try {
    const stop = run.stop ?? (await watch());
    if (stop !== null) ending.signal(stop);
    const end = await measureBatch(scoped, claimed, lease, ending, remainingMs);
    await settle(scoped, claimed, lease, ending, end);
  } catch (error) {
    await giveBack(scoped, claimed, lease, ending, error);
  } finally {
    await lease.close();
  }
  await deps.queue.send({ kind: 'advance', runId: message.runId });
}

/** Stores how the batch ended; a batch that is to go on elsewhere gets its next message. */
async function settle(
  deps: WorkerDeps,
  claimed: ClaimedBatch,
  lease: Lease,
  ending: BatchEnding,
  end: BatchEnd,
): Promise<void> {
  if (ending.isLost()) return;
  const { record } = claimed;
  if (end.kind === 'handover') {
    await handOver(deps, claimed, lease, end);
    return;
  }
  const notSentReason: NotSentReason | null = end.left === 0 ? null : end.reason;
  const status = end.failure === null ? 'done' : 'failed';
  const released = { leaseOwner: null, leaseExpiresAtMs: null };
  const stored = await lease.update({
    status,
    notSentReason,
    failure: end.failure,
    attempts: end.attempts,
    progress: end.progress,
    ...released,
  });
  if (!stored) return;
  deps.logger.info('batch ended', { status, left: end.left, notSentReason });
  const { runId, stageIndex, batchIndex } = record;
  deps.telemetry.record('requestsMeasured', end.progress.ok + end.progress.failed, { runId, stageIndex, batchIndex });
  deps.telemetry.record('requestsFailed', end.progress.failed, { runId, stageIndex, batchIndex });
}

/** The rest goes to another worker; but not for ever, should each have its time used up before it can measure anything. */
async function handOver(deps: WorkerDeps, claimed: ClaimedBatch, lease: Lease, end: BatchEnd): Promise<void> {
  const { record } = claimed;
  const current = await deps.batches.get(record.runId, record.stageIndex, record.batchIndex);
  if (current === null) return;
  const gotOn = (current.blocks[String(record.attempt)] ?? 0) > 0;
  const failures = gotOn ? 0 : record.failures + 1;
  if (failures <= deps.config.maxBatchFailures) {
    await requeue(deps, claimed, lease, { attempts: end.attempts, failures });
    deps.logger.info('batch handed over', { left: end.left });
    return;
  }
  const failure: Failure = {
    code: 'no_progress',
    message: 'Workers reached their time limit before they could send anything',
  };
  await failBatch(lease, failures, failure);
}

async function failBatch(lease: Lease, failures: number, failure: Failure): Promise<void> {
  const released = { leaseOwner: null, leaseExpiresAtMs: null };
  await lease.update({ status: 'failed', failures, failure, notSentReason: 'worker_failed', ...released });
}

/** After a fault of ours: the batch goes back to the queue, or fails by name where it has done so too often. */
async function giveBack(
  deps: WorkerDeps,
  claimed: ClaimedBatch,
  lease: Lease,
  ending: BatchEnding,
  error: unknown,
): Promise<void> {
  const { record, run } = claimed;
  deps.logger.error('batch failed in the worker', { error });
  if (ending.isLost()) return;
  const current = await deps.batches.get(run.runId, record.stageIndex, record.batchIndex);
  if (current === null) return;
  const failures = countFailures(current);
  const failure: Failure = { code: 'worker_failed', message: 'The worker met an internal error; see its log' };
  if (failures > deps.config.maxBatchFailures) {
    await failBatch(lease, failures, failure);
  } else {
    await requeue(deps, claimed, lease, { failures, failure });
  }
}

async function requeue(
  deps: WorkerDeps,
  { run, record }: ClaimedBatch,
  lease: Lease,
  set: Partial<BatchRecord>,
): Promise<void> {
  const attempt = record.attempt + 1;
  const queued = {
    status: 'queued',
    attempt,
    queuedAtMs: deps.clock.nowMs(),
    leaseOwner: null,
    leaseExpiresAtMs: null,
  } as const;
  if (!(await lease.update({ ...queued, ...set }))) return;
  await sendBatch(deps, run, { ...record, attempt });
}
