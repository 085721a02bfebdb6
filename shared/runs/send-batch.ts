import { planRun } from '../plan/plan.ts';
import type { Deps } from '../ports.ts';
import type { BatchRecord, RunRecord } from '../records/records.ts';

/** Sends a batch its message, to the workers of the region that its target is to be measured from. */
export async function sendBatch(
  deps: Pick<Deps, 'queue'>,
  run: RunRecord,
  { runId, stageIndex, batchIndex, attempt }: Pick<BatchRecord, 'runId' | 'stageIndex' | 'batchIndex' | 'attempt'>,
): Promise<void> {
  const region = runFromOf(run, stageIndex);
  await deps.queue.send({ kind: 'batch', runId, stageIndex, batchIndex, attempt }, region === null ? {} : { region });
}

function runFromOf(run: RunRecord, stageIndex: number): string | null {
  if (run.spec.targets.every(({ runFrom }) => runFrom === undefined)) return null;
  const targetIndex = planRun(run.spec, run)[stageIndex]?.targetIndex;
  return targetIndex === undefined ? null : (run.spec.targets[targetIndex]?.runFrom ?? null);
}
