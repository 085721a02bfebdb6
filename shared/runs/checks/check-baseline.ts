import type { Fault } from '../../errors/app-error.ts';
import type { Deps } from '../../ports.ts';
import { isTerminal } from '../../records/records.ts';
import { targetIds } from '../../spec/check-run-spec.ts';
import type { RunSpecInput } from '../../spec/run-spec.ts';

/** Checks that the baseline of a spec exists, has ended, and shares a target with the spec. */
export async function checkBaseline(
  deps: Pick<Deps, 'runs'>,
  tenantId: string,
  spec: Pick<RunSpecInput, 'baseline'> & Parameters<typeof targetIds>[0],
): Promise<Fault[]> {
  if (spec.baseline === undefined) return [];
  const { runId } = spec.baseline;
  const pointer = '/baseline/runId';
  const run = await deps.runs.get(runId);
  if (run === null || run.tenantId !== tenantId)
    return [{ pointer, fault: `names no run of yours: ${runId}`, remedy: 'Use an id of GET /v1/runs' }];
  if (!isTerminal(run.status))
    return [{ pointer, fault: `is a run that is ${run.status}`, remedy: 'Wait for its end, or name another one' }];
  const theirs = run.spec.targets.map(({ id }) => id);
  const ours = targetIds(spec);
  if (ours.some((id) => theirs.includes(id)) || (ours.length === 1 && theirs.length === 1)) return [];
  const remedy = `Name targets as the baseline does: ${theirs.join(', ')}`;
  return [{ pointer, fault: 'is a run with none of these targets', remedy }];
}
