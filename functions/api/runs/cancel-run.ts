import { AppError } from '../../../shared/errors/app-error.ts';
import type { Deps } from '../../../shared/ports.ts';
import { isTerminal, type RunRecord } from '../../../shared/records/records.ts';
import { getRun } from './get-run.ts';

/**
 * Cancels a run: it sends no more requests, aborts open streams, and gets a partial report. Nothing changes if the run is
 * already stopping.
 * @throws AppError NOT_FOUND, or CONFLICT if all its requests have ended
 */
export async function cancelRun(
  deps: Pick<Deps, 'runs' | 'queue'>,
  tenantId: string,
  runId: string,
): Promise<RunRecord> {
  await getRun(deps, tenantId, runId);
  const stopped = await deps.runs.update(
    runId,
    { status: ['queued', 'running'], stop: null },
    { stop: 'run_canceled' },
  );
  const run = stopped ?? (await getRun(deps, tenantId, runId));
  const tooLate = run.status === 'finalizing' && run.stop === null;
  if (tooLate || isTerminal(run.status))
    throw new AppError('CONFLICT', `The run is ${run.status}: all its requests have ended`);
  // Also when nothing changed: the message of the first time may have been lost.
  await deps.queue.send({ kind: 'advance', runId });
  return run;
}
