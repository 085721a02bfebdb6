import { planRun } from '../plan/plan-run.ts';
import type { Deps } from '../ports.ts';
import type { BatchRecord, RunRecord } from '../records/records.ts';

/** Sends a batch's message to the workers in the target's `runFrom` region. */
export async function sendBatch(
  deps: Pick<Deps, 'queue'>,
  run: RunRecord,
  { runId, stageIndex, batchIndex, attempt }: Pick<BatchRecord, 'runId' | 'stageIndex' | 'batchIndex' | 'attempt'>,
): Promise<void> {
  const region = findRegion(run, stageIndex);
  const { tenantId } = run;
  const options = region === null ? { tenantId } : { tenantId, region };
  await deps.queue.send({ kind: 'batch', runId, stageIndex, batchIndex, attempt }, options);
}

function findRegion(run: RunRecord, stageIndex: number): string | null {
  if (run.spec.targets.every(({ runFrom }) => runFrom === undefined)) return null;
  const targetIndex = planRun(run.spec, run)[stageIndex]?.targetIndex;
  return targetIndex === undefined ? null : (run.spec.targets[targetIndex]?.runFrom ?? null);
}
