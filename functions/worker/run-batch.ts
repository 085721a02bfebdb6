import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { countMostAttempts } from '../../shared/plan/count-most-attempts.ts';
import { findGroup } from '../../shared/plan/plan-run.ts';
import type { BatchMessage } from '../../shared/records/messages.ts';
import { type BatchRecord, countFailures, type Failure } from '../../shared/records/records.ts';
import { paceWorkers } from '../../shared/runs/pace-workers.ts';
import { sendBatch } from '../../shared/runs/send-batch.ts';
import type { NotSentReason } from '../../shared/sample/outcome.ts';
import { processRecords, readMessage, readMessageOfKind } from '../process-records.ts';
import { type Attempt, type BatchEnd, createBatchEnding } from './batch-ending.ts';
import { checkErrorRate, markMissingCounts } from './check-limits.ts';
import { checkTarget } from './check-target.ts';
import { claimBatch } from './claim-batch.ts';
import type { WorkerDeps } from './compose.ts';
import { countFailedClaim } from './count-failed-claim.ts';
import { holdLease, type Lease } from './hold-lease.ts';
import { measureBatch } from './measure-batch.ts';
import { watchStage } from './watch-stage.ts';

/**
 * Creates the Lambda handler for `batch` and `check` messages. Each invocation gets one message. With more, an invocation would
 * have to run several batches at the same time, because the batches of a stage wait for one another.
 */
export function createWorker(
  deps: WorkerDeps,
): (event: SQSEvent, context: Pick<Context, 'getRemainingTimeInMillis'>) => Promise<SQSBatchResponse> {
  return (event, context) =>
    processRecords(event.Records, deps, async ({ body }) => {
      const message = readMessage(body);
      if (message.kind === 'check') return checkTarget(deps, message);
      return runBatch(deps, readMessageOfKind('batch', body), () => context.getRemainingTimeInMillis());
    });
}

/**
 * Runs one batch: claims it, sends the requests that have no sample yet, and stores samples as requests finish. At the
 * end, the batch is done, failed, or queued for another worker.
 * @param remainingMs returns the time in ms that this invocation may still run
 */
export async function runBatch(deps: WorkerDeps, message: BatchMessage, remainingMs: () => number): Promise<void> {
  const claimed = await claimBatch(deps, message, deps.ids.next('request')).catch(async (error: unknown) => {
    await countFailedClaim(deps, message);
    throw error;
  });
  if (claimed === null) return deps.logger.info('batch message skipped', { ...message });
  const { run, record } = claimed;
  const { progress } = record;
  const { kind: _, ...place } = message;
  const { runId, stageIndex, batchIndex } = place;
  const logger = deps.logger.child(place);
  const { heartbeatMs, leaseMs } = paceWorkers(deps.config, findGroup(claimed.plan, stageIndex).workers);
  const scoped: WorkerDeps = { ...deps, logger, config: { ...deps.config, heartbeatMs, leaseMs } };
  const ending = createBatchEnding();
  markMissingCounts(progress);
  const watch = watchStage(scoped, claimed, batchIndex);
  const lease = holdLease(
    scoped,
    record,
    () => ({ ...progress, ...ending.liveProgress() }),
    async () => (await checkErrorRate(scoped, claimed, progress)) ?? (await watch()),
    (signal) => ending.signal(signal),
  );
  const attempt: Attempt = { deps: scoped, claimed, lease, ending };
  logger.info('batch started', { requests: claimed.batch.count, done: claimed.doneIndices.size });
  try {
    const stop = run.stop ?? (await watch());
    if (stop !== null) ending.signal(stop);
    await settle(attempt, await measureBatch(attempt, remainingMs));
  } catch (error) {
    if (ending.isLost()) logger.info('batch ended because its lease was lost');
    else await giveBack(attempt, error);
  } finally {
    await lease.close();
  }
  await deps.queue.send({ kind: 'advance', runId });
}

const released = { leaseOwner: null, leaseExpiresAtMs: null };

/** Stores how a batch ended, or passes the batch on to another worker. */
async function settle(attempt: Attempt, end: BatchEnd): Promise<void> {
  const { deps, claimed, lease, ending } = attempt;
  if (ending.isLost()) return;
  if (end.kind === 'handover') return handOver(attempt, end);
  const { failure, note, progress } = end;
  const attempts = note === null ? claimed.record.attempts : [...claimed.record.attempts, note];
  const notSentReason: NotSentReason | null = end.left === 0 ? null : end.reason;
  const status = failure === null ? 'done' : 'failed';
  if (!(await lease.update({ status, notSentReason, failure, attempts, progress, ...released }))) return;
  deps.logger.info('batch ended', { status, left: end.left, notSentReason });
  const { runId, stageIndex, batchIndex } = claimed.record;
  deps.telemetry.record('requestsMeasured', progress.ok + progress.failed + progress.disturbed, {
    runId,
    stageIndex,
    batchIndex,
  });
  deps.telemetry.record('requestsFailed', progress.failed, { runId, stageIndex, batchIndex });
}

/** Queues a batch's remaining requests for another worker. Fails the batch after too many attempts without progress. */
async function handOver(attempt: Attempt, end: BatchEnd): Promise<void> {
  const { deps, claimed, lease } = attempt;
  const { record } = claimed;
  const current = await deps.batches.get(record.runId, record.stageIndex, record.batchIndex);
  if (current === null) return;
  const hasProgress = (current.blocks[String(record.attempt)] ?? 0) > 0;
  const failures = hasProgress ? 0 : record.failures + 1;
  if (failures <= deps.config.maxBatchFailures) {
    await requeue(attempt, { ...(await storeNote(attempt, end)), failures });
    deps.logger.info('batch handed over', { left: end.left });
    return;
  }
  const message = 'The workers reached their time limit before they could send any request';
  await failBatch(lease, failures, { code: 'no_progress', message });
}

/** Stores the note of an attempt that hands its batch over. Returns the change of the batch that makes it effective. */
async function storeNote({ deps, claimed }: Attempt, { note }: BatchEnd): Promise<Partial<BatchRecord>> {
  if (note === null) return {};
  const { noteCount = 0 } = claimed.record;
  await deps.batches.putNote(claimed.record, noteCount, note);
  return { noteCount: noteCount + 1 };
}

async function failBatch(lease: Lease, failures: number, failure: Failure): Promise<void> {
  await lease.update({ status: 'failed', failures, failure, notSentReason: 'worker_failed', ...released });
}

/** Queues a batch again after an internal error, or fails the batch after too many errors. */
async function giveBack(attempt: Attempt, error: unknown): Promise<void> {
  const { deps, claimed, lease } = attempt;
  const { record, run } = claimed;
  deps.logger.error('batch failed in the worker', { error });
  const current = await deps.batches.get(run.runId, record.stageIndex, record.batchIndex);
  if (current === null) return;
  const failures = countFailures(current);
  const failure: Failure = {
    code: 'worker_failed',
    message: 'The worker had an internal error. See the log of the worker',
  };
  if (failures > deps.config.maxBatchFailures) await failBatch(lease, failures, failure);
  else await requeue(attempt, { failures, failure });
}

async function requeue({ deps, claimed, lease }: Attempt, set: Partial<BatchRecord>): Promise<void> {
  const { run, record, batch } = claimed;
  const next = { attempt: record.attempt + 1 };
  if (next.attempt > countMostAttempts(batch, deps.config.maxBatchFailures)) {
    const message = `The batch was handed over ${record.attempt} times`;
    return failBatch(lease, record.failures, { code: 'no_progress', message });
  }
  const queued = { status: 'queued', ...next, queuedAtMs: deps.clock.nowMs(), ...released } as const;
  if (!(await lease.update({ ...queued, ...set }))) return;
  await sendBatch(deps, run, { ...record, ...next });
}
