import { AppError } from '../../../shared/errors/app-error.ts';
import type { Deps } from '../../../shared/ports.ts';
import { isTerminal, type RunRecord } from '../../../shared/records/records.ts';
import { getRun } from './get-run.ts';

/**
 * Cancels a run: it sends no more requests, aborts open streams and gets a partial report. A repeated call has no effect.
 * @throws AppError NOT_FOUND, or CONFLICT if all requests of the run are finished
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
    throw new AppError(
      'CONFLICT',
      `The run is ${run.status} and cannot be canceled, because all its requests are finished.`,
    );
  // Sent on every call, because the message of an earlier call may be lost.
  await deps.queue.send({ kind: 'advance', runId });
  return run;
}
