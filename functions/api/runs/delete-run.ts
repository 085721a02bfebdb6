import { AppError } from '../../../shared/errors/app-error.ts';
import { isTerminal, type RunRecord } from '../../../shared/records/records.ts';
import { removeWithinQuotas } from '../../../shared/runs/remove-within-quotas.ts';
import { resendRemovalAfterMs, sendRemoval } from '../../../shared/runs/send-removal.ts';
import type { Caller } from '../http/define-endpoint.ts';
import { getRun } from './get-run.ts';

/** Cancels a run, which still gets a partial report. Throws CONFLICT if all requests of the run have finished. */
export async function cancelRun(caller: Caller, runId: string): Promise<RunRecord> {
  const { runs, queue } = caller.deps;
  await getRun(caller, runId);
  const isOpen = { status: ['queued', 'running'], stop: null } as const;
  const stopped = await runs.update(runId, isOpen, { stop: 'run_canceled' });
  const run = stopped ?? (await getRun(caller, runId));
  const { status } = run;
  const detail = `The run is ${status} and cannot be canceled, because all its requests are finished.`;
  if (isTerminal(status) || (status === 'finalizing' && run.stop === null)) throw new AppError('CONFLICT', detail);
  // Sends `advance` even if the run is already being canceled, because an earlier message may have been lost.
  await queue.send({ kind: 'advance', runId });
  return run;
}

/**
 * Deletes a run. From now on, nobody can read it. Its data is removed in the background, because a large run has more
 * data than a request can remove.
 * @throws AppError CONFLICT if the run is active
 */
export async function deleteRun(caller: Caller, runId: string): Promise<void> {
  const { deps } = caller;
  const run = await getRun(caller, runId);
  const detail = `The run is ${run.status}. Cancel it and wait until it is finished, then delete it.`;
  if (!isTerminal(run.status)) throw new AppError('CONFLICT', detail);
  const nowMs = deps.clock.nowMs();
  const remove = () => deps.runs.remove(runId, nowMs, nowMs + resendRemovalAfterMs);
  await removeWithinQuotas(deps, run.tenantId, { storedRuns: 1 }, remove);
  // The run is gone, even if this message is lost: the supervisor sends it again.
  await sendRemoval(deps, run).catch((error: unknown) => deps.logger.warn('removal not sent', { runId, error }));
}
