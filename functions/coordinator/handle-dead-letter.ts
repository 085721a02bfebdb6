import type { BatchMessage, FinalizeMessage, Message } from '../../shared/records/messages.ts';
import { endRun } from '../../shared/runs/end-run.ts';
import { closeQueuedBatch } from './close-queued-batch.ts';
import type { CoordinatorDeps } from './compose.ts';

/**
 * A message that could not be handled after all its tries ends in a named failure, never in a hang: a batch fails with
 * what it has, a run whose report could not be made fails. `advance` and `deliver` need nothing: the supervisor tries again.
 */
export async function handleDeadLetter(deps: CoordinatorDeps, message: Message): Promise<void> {
  deps.logger.error('dead letter', { ...message });
  deps.telemetry.record('deadLetter', 1, { ...message });
  if (message.kind === 'batch') await failBatch(deps, message);
  if (message.kind === 'finalize') await failRun(deps, message);
}

async function failBatch(deps: CoordinatorDeps, message: BatchMessage): Promise<void> {
  const batch = await deps.batches.get(message.runId, message.stageIndex, message.batchIndex);
  // A worker that runs has a lease: should it be lost, `advanceRun` will see to the batch.
  if (batch === null || batch.status !== 'queued' || batch.attempt !== message.attempt) return;
  await closeQueuedBatch(deps, batch, {
    status: 'failed',
    notSentReason: 'worker_failed',
    failure: { code: 'dead_letter', message: 'The batch message could not be handled and was given up' },
  });
  await deps.queue.send({ kind: 'advance', runId: message.runId });
}

async function failRun(deps: CoordinatorDeps, message: FinalizeMessage): Promise<void> {
  const run = await deps.runs.get(message.runId);
  if (run?.status !== 'finalizing') return;
  const failure = { code: 'finalize_failed', message: 'The report could not be made; the samples are stored' };
  await endRun(deps, run.runId, { status: 'failed', failure, verdict: null, trust: null, trustReasons: [] });
}
