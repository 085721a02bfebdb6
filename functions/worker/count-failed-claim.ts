import type { BatchMessage } from '../../shared/records/messages.ts';
import type { WorkerDeps } from './compose.ts';

/**
 * Counts a failure before the batch was claimed, such as a run that cannot be read. The coordinator then ends the batch
 * after too many failures. After the claim, the lease ends, and the coordinator counts that.
 */
export async function countFailedClaim(deps: Pick<WorkerDeps, 'batches'>, message: BatchMessage): Promise<void> {
  const { runId, stageIndex, batchIndex, attempt } = message;
  const batch = await deps.batches.get(runId, stageIndex, batchIndex);
  if (batch === null) return;
  const { failures } = batch;
  const failure = { code: 'worker_failed', message: 'The worker could not start the batch. See the log of the worker' };
  await deps.batches.update(batch, { status: 'queued', attempt, failures }, { failures: failures + 1, failure });
}
