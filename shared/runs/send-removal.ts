import type { Deps } from '../ports.ts';
import type { RunRecord } from '../records/records.ts';

/** Time in ms after which the removal of a run is sent again, if it has not ended. */
export const resendRemovalAfterMs = 900_000;

/** Sends the message that removes the data of a removed run. The supervisor sends it again if it is lost. */
export async function sendRemoval({ queue }: Pick<Deps, 'queue'>, run: Pick<RunRecord, 'runId' | 'tenantId'>) {
  await queue.send({ kind: 'remove', runId: run.runId }, { tenantId: run.tenantId });
}
