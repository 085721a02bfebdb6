import type { Fault } from '../../errors/app-error.ts';
import type { Deps } from '../../ports.ts';
import { findDataset, getWorkloadKind, type Workload } from '../../workload/workload.ts';

const contentNames = {
  prompts: 'prompts, one a line as JSON',
  lines: 'lines of text',
  trace: 'requests of a trace, one a line',
} as const;

/** Returns what is wrong with the dataset that a workload names: it is missing, of another kind, or not what the spec says. */
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
    const remedy = 'Use an id of GET /v1/datasets, or upload it (again) with POST /v1/datasets';
    return [{ pointer, fault: `names no dataset of yours: ${use.datasetId}`, remedy }];
  }
  if (dataset.kind !== use.kind) {
    const remedy = `Name a dataset of ${contentNames[use.kind]}`;
    return [{ pointer, fault: `is a dataset of ${contentNames[dataset.kind]}`, remedy }];
  }
  const claims = [
    { ...use.sha256, is: dataset.sha256 },
    ...(use.entries === null ? [] : [{ ...use.entries, is: dataset.entries }]),
  ];
  return claims
    .filter(({ value, is }) => value !== undefined && value !== is)
    .map(({ field, is }) => ({
      pointer: `/workload/${field}`,
      fault: 'is not that of the dataset',
      remedy: `Give ${is}, or leave it out`,
    }));
}

/**
 * Returns the workload with what is stored of its dataset (such as the digest and the number of entries), so that the spec,
 * the manifest and the report have it; unchanged if it names no dataset, or one that is gone.
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
