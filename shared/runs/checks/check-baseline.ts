import type { Fault } from '../../errors/app-error.ts';
import type { Deps } from '../../ports.ts';
import { isTerminal } from '../../records/records.ts';
import { targetIds } from '../../spec/check-run-spec.ts';
import type { RunSpecInput } from '../../spec/run-spec.ts';

/** Checks that the baseline of a spec exists, is finished, and shares a target with the spec. */
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
    return [{ pointer, fault: `does not name one of your runs: ${runId}`, remedy: 'Use an id from GET /v1/runs' }];
  if (!isTerminal(run.status))
    return [
      {
        pointer,
        fault: `names a run that is ${run.status}`,
        remedy: 'Wait until the run is finished, or use another run',
      },
    ];
  const theirs = run.spec.targets.map(({ id }) => id);
  const ours = targetIds(spec);
  if (ours.some((id) => theirs.includes(id)) || (ours.length === 1 && theirs.length === 1)) return [];
  const remedy = `Use a target id of the baseline: ${theirs.join(', ')}`;
  return [{ pointer, fault: 'names a run without any target of this spec', remedy }];
}
