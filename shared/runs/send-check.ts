import type { Deps } from '../ports.ts';
import type { Target } from '../spec/target.ts';

/** Sends the message of a target's check to the workers in the target's `runFrom` region. */
export async function sendCheck(
  { queue }: Pick<Deps, 'queue'>,
  ownerId: string,
  targetIndex: number,
  { runFrom }: Pick<Target, 'runFrom'>,
): Promise<void> {
  await queue.send({ kind: 'check', ownerId, targetIndex }, runFrom === undefined ? {} : { region: runFrom });
}
