import { planRun } from '../plan/plan.ts';
import type { Deps } from '../ports.ts';
import type { BatchRecord, RunRecord } from '../records/records.ts';

/** Sends a batch its message, to the workers of the region that its target is to be measured from. */
export async function sendBatch(
  deps: Pick<Deps, 'queue'>,
  run: RunRecord,
  { runId, stage, batch, attempt }: Pick<BatchRecord, 'runId' | 'stage' | 'batch' | 'attempt'>,
): Promise<void> {
  const region = runFromOf(run, stage);
  await deps.queue.send({ kind: 'batch', runId, stage, batch, attempt }, region === null ? {} : { region });
}

function runFromOf(run: RunRecord, stage: number): string | null {
  if (run.spec.targets.every(({ runFrom }) => runFrom === undefined)) return null;
  const target = planRun(run.spec, run)[stage]?.target;
  return target === undefined ? null : (run.spec.targets[target]?.runFrom ?? null);
}
