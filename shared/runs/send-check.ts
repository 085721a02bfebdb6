import type { Deps } from '../ports.ts';
import type { TargetCheckRecord } from '../records/target-check.ts';
import type { Target } from '../spec/target.ts';

/** Sends the message of a target's check to the workers in the target's `runFrom` region. */
export async function sendCheck(
  { queue }: Pick<Deps, 'queue'>,
  { ownerId, targetIndex, tenantId }: Pick<TargetCheckRecord, 'ownerId' | 'targetIndex' | 'tenantId'>,
  { runFrom }: Pick<Target, 'runFrom'>,
): Promise<void> {
  const options = runFrom === undefined ? { tenantId } : { tenantId, region: runFrom };
  await queue.send({ kind: 'check', ownerId, targetIndex }, options);
}
