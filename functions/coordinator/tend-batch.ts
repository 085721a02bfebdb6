import { hasElapsed } from '../../shared/has-elapsed.ts';
import { type BatchRecord, countFailures, type RunRecord } from '../../shared/records/records.ts';
import { paceWorkers } from '../../shared/runs/pace-workers.ts';
import { sendBatch } from '../../shared/runs/send-batch.ts';
import type { CoordinatorDeps } from './compose.ts';

/**
 * Keeps a batch from hanging: resends a lost message, requeues a lost worker's batch, or ends a failing batch.
 * @param workers number of workers of the batch's group, which determines its times
 */
export async function tendBatch(
  deps: CoordinatorDeps,
  run: RunRecord,
  batch: BatchRecord,
  workers: number,
): Promise<void> {
  const nowMs = deps.clock.nowMs();
  const { leaseMs, resendAfterMs } = paceWorkers(deps.config, workers);
  if (batch.status === 'running' && isLeaseLost(batch, leaseMs, nowMs)) {
    const requeued = await requeueBatch(deps, batch, nowMs);
    if (requeued !== null && !(await closeIfHopeless(deps, run, requeued))) await sendBatch(deps, run, requeued);
  } else if (batch.status === 'queued') {
    if (await closeIfHopeless(deps, run, batch)) return;
    if (!hasElapsed(batch.queuedAtMs, resendAfterMs, nowMs)) return;
    const { attempt, queuedAtMs } = batch;
    const resent = await deps.batches.update(batch, { status: 'queued', attempt, queuedAtMs }, { queuedAtMs: nowMs });
    if (resent !== null) await sendBatch(deps, run, resent);
  }
}

/** Returns whether a lease has expired, or ends later than any lease because the clock was set back. */
function isLeaseLost({ leaseExpiresAtMs }: BatchRecord, leaseMs: number, nowMs: number): boolean {
  return leaseExpiresAtMs !== null && (leaseExpiresAtMs < nowMs || leaseExpiresAtMs > nowMs + 2 * leaseMs);
}

/** Queues a batch after its lease expired. The new attempt number keeps the lost worker from updating the batch. */
async function requeueBatch(deps: CoordinatorDeps, batch: BatchRecord, nowMs: number): Promise<BatchRecord | null> {
  const { runId, stageIndex, batchIndex, attempt, leaseExpiresAtMs } = batch;
  const held = { status: 'running', attempt, leaseExpiresAtMs } as const;
  const released = { status: 'queued', leaseOwner: null, leaseExpiresAtMs: null } as const;
  const next = { attempt: attempt + 1, failures: countFailures(batch), queuedAtMs: nowMs };
  const requeued = await deps.batches.update(batch, held, { ...released, ...next });
  if (requeued === null) return null;
  deps.logger.warn('batch lease expired', { runId, stageIndex, batchIndex, attempt });
  deps.telemetry.record('leaseExpired', 1, { runId, stageIndex, batchIndex });
  return requeued;
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
    failure: batch.failure ?? {
      code: 'worker_lost',
      message: `The batch lost its worker ${batch.failures} times in a row`,
    },
  });
  return true;
}

/** Ends a queued batch. No worker can add blocks to it, and it keeps all samples that its lost attempts stored. */
export async function closeQueuedBatch(
  deps: Pick<CoordinatorDeps, 'batches' | 'blocks'>,
  batch: BatchRecord,
  end: Pick<BatchRecord, 'status' | 'notSentReason'> & { failure?: BatchRecord['failure'] },
): Promise<BatchRecord | null> {
  const blocks = await deps.blocks.countBlocks(batch.runId, batch.stageIndex, batch.batchIndex);
  return deps.batches.update(batch, { status: 'queued', attempt: batch.attempt }, { ...end, blocks });
}
