import type { Fault } from '../../errors/app-error.ts';
import type { Deps } from '../../ports.ts';
import { datasetKinds } from '../../workload/datasets/dataset.ts';
import { findDataset, getWorkloadKind, type Workload } from '../../workload/workload.ts';

/** Returns the faults of a workload's dataset: it is missing, has another kind, or differs from the spec. */
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
    return [{ pointer, fault: `does not name one of your datasets: ${use.datasetId}`, remedy }];
  }
  if (dataset.kind !== use.kind) {
    const remedy = `Use a dataset of ${datasetKinds[use.kind].contentName}`;
    return [{ pointer, fault: `names a dataset of ${datasetKinds[dataset.kind].contentName}`, remedy }];
  }
  const claims = [
    { ...use.sha256, is: dataset.sha256 },
    ...(use.entries === null ? [] : [{ ...use.entries, is: dataset.entries }]),
  ];
  return claims
    .filter(({ value, is }) => value !== undefined && value !== is)
    .map(({ field, is }) => ({
      pointer: `/workload/${field}`,
      fault: 'does not match the dataset',
      remedy: `Use ${is}, or omit it`,
    }));
}

/**
 * Adds the properties of its dataset, such as digest and entries, to a workload for the manifest and the report. Returns
 * the workload unchanged if it has no dataset or the dataset does not exist.
 */
export async function pinDataset(
  deps: Pick<Deps, 'datasets'>,
  tenantId: string,
  workload: Workload,
): Promise<Workload> {
  const use = findDataset(workload);
  const dataset = use === null ? null : await deps.datasets.get(tenantId, use.datasetId);
  return dataset === null ? workload : (getWorkloadKind(workload).pinDataset?.(workload, dataset) ?? workload);
}
