import type { Deps } from '../ports.ts';
import { runInSlices } from '../time-slices.ts';
import { type Dataset, datasetKinds } from '../workload/datasets/dataset.ts';
import { findDataset, getWorkloadKind, type Workload } from '../workload/workload.ts';

/** Loads a workload's dataset. Returns null if the workload uses none, or undefined if the dataset was deleted. */
export async function loadDataset(
  { datasets }: Pick<Deps, 'datasets'>,
  tenantId: string,
  workload: Workload,
): Promise<Dataset | null | undefined> {
  const use = findDataset(workload);
  if (use === null) return null;
  const record = await datasets.get(tenantId, use.datasetId);
  const text = record === null ? null : await datasets.getText(tenantId, use.datasetId);
  if (record === null || text === null) return undefined;
  if (record.kind !== use.kind || (use.sha256.value !== undefined && use.sha256.value !== record.sha256))
    throw new Error(`The content of dataset ${use.datasetId} has changed since the run was created`);
  return runInSlices(datasetKinds[record.kind].read(text));
}

/** Adds the dataset's digest and other properties to a workload. Returns a workload without a dataset unchanged. */
export async function pinDataset(
  { datasets }: Pick<Deps, 'datasets'>,
  tenantId: string,
  workload: Workload,
): Promise<Workload> {
  const use = findDataset(workload);
  const dataset = use === null ? null : await datasets.get(tenantId, use.datasetId);
  return dataset === null ? workload : (getWorkloadKind(workload).pinDataset?.(workload, dataset) ?? workload);
}
