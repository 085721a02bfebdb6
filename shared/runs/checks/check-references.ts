import { type Fault, findFault } from '../../errors/app-error.ts';
import type { Deps } from '../../ports.ts';
import { isTerminal } from '../../records/records.ts';
import { listTargetIds } from '../../spec/check-run-spec.ts';
import type { RunSpecInput } from '../../spec/run-spec.ts';
import { findKeyFault } from '../../spec/target-key.ts';
import { datasetKinds } from '../../workload/datasets/dataset.ts';
import { findDataset, type Workload } from '../../workload/workload.ts';

/** Checks a spec's baseline: the run must exist, be finished, and have a target in common with the spec. */
export async function checkBaseline(
  deps: Pick<Deps, 'runs'>,
  tenantId: string,
  spec: Pick<RunSpecInput, 'baseline'> & Parameters<typeof listTargetIds>[0],
): Promise<Fault[]> {
  if (spec.baseline === undefined) return [];
  const { runId } = spec.baseline;
  const pointer = '/baseline/runId';
  const run = await deps.runs.get(runId);
  if (run === null || run.tenantId !== tenantId)
    return [{ pointer, fault: `is not the id of one of your runs: ${runId}`, remedy: 'Use an id from GET /v1/runs' }];
  if (!isTerminal(run.status)) {
    const remedy = 'Wait until the run is finished, or use another run';
    return [{ pointer, fault: `refers to a run that is still ${run.status}`, remedy }];
  }
  const theirs = run.spec.targets.map(({ id }) => id);
  const ours = listTargetIds(spec);
  if (ours.some((id) => theirs.includes(id)) || (ours.length === 1 && theirs.length === 1)) return [];
  const remedy = `Use a target id from the baseline run: ${theirs.join(', ')}`;
  return [{ pointer, fault: 'refers to a run that has no target in common with this spec', remedy }];
}

/** Checks that each target's credential exists and is suitable for the target. */
export async function checkCredentials(
  deps: Pick<Deps, 'credentials'>,
  tenantId: string,
  { targets }: Pick<RunSpecInput, 'targets'>,
): Promise<Fault[]> {
  const remedy = 'Use an id from GET /v1/credentials, create one with POST /v1/credentials, or set apiKey';
  const faults = targets.map(async (target, index): Promise<Fault[]> => {
    const { credentialId } = target;
    if (credentialId === undefined) return [];
    const credential = await deps.credentials.get(tenantId, credentialId);
    const found =
      credential === null || credential.ephemeral
        ? { fault: `is not the id of one of your credentials: ${credentialId}`, remedy }
        : (findKeyFault(target, credential.form ?? 'plain') ?? findOriginFault(target.baseUrl, credential.origin));
    return found === null ? [] : [{ pointer: `/targets/${index}/credentialId`, ...found }];
  });
  return (await Promise.all(faults)).flat();
}

function findOriginFault(baseUrl: string, origin: string | undefined): Omit<Fault, 'pointer'> | null {
  if (origin === undefined || new URL(baseUrl).origin === origin) return null;
  const remedy = `Use a baseUrl that starts with ${origin}, or use another credential`;
  return { fault: `may be sent only to ${origin}, but baseUrl has another origin`, remedy };
}

/** Checks a workload's dataset: it must exist and match the kind, digest, and number of entries in the spec. */
export async function checkDataset(
  deps: Pick<Deps, 'datasets'>,
  tenantId: string,
  workload: Workload,
): Promise<Fault[]> {
  const use = findDataset(workload);
  if (use === null) return [];
  const pointer = `/workload/${use.field}`;
  const dataset = await deps.datasets.get(tenantId, use.datasetId);
  if (dataset === null) {
    const remedy = 'Use an id from GET /v1/datasets, or upload the dataset with POST /v1/datasets';
    return [{ pointer, fault: `is not the id of one of your datasets: ${use.datasetId}`, remedy }];
  }
  if (dataset.kind !== use.kind) {
    const remedy = `Use a dataset that contains ${datasetKinds[use.kind].contentName}`;
    return [{ pointer, fault: `refers to a dataset that contains ${datasetKinds[dataset.kind].contentName}`, remedy }];
  }
  const claims = [
    { ...use.sha256, is: dataset.sha256 },
    ...(use.entries === null ? [] : [{ ...use.entries, is: dataset.entries }]),
  ];
  const fault = 'does not match the uploaded dataset';
  const wrong = claims
    .filter(({ value, is }) => value !== undefined && value !== is)
    .map(({ field, is }) => ({ pointer: `/workload/${field}`, fault, remedy: `Use ${is}, or omit it` }));
  const isOtherUnit = use.timeUnit !== undefined && use.timeUnit !== dataset.reading?.timeUnit;
  const remedy = 'State it at upload, with the query parameter timeUnit, and omit it here';
  return [...wrong, ...findFault(isOtherUnit, { pointer: '/workload/timeUnit', fault, remedy })];
}
