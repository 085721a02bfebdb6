import type { Deps } from '../../ports.ts';
import { datasetOf } from '../../spec/dataset-of.ts';
import type { Workload } from '../../spec/run-spec.ts';

/**
 * The workload with its dataset's digest (and number of prompts, or of a trace's entries and their span) in it, so that they stand in the spec, the manifest and
 * the report; as it is where it names none, or one that is gone.
 */
export async function pinDataset(
  deps: Pick<Deps, 'datasets'>,
  tenantId: string,
  workload: Workload,
): Promise<Workload> {
  const use = datasetOf(workload);
  const dataset = use === null ? null : await deps.datasets.get(tenantId, use.datasetId);
  if (dataset === null) return workload;
  if (workload.kind === 'dataset') return { ...workload, datasetSha256: dataset.sha256, promptCount: dataset.entries };
  if (workload.kind === 'trace') {
    const { sha256: datasetSha256, entries: entryCount, spanMs } = dataset;
    return { ...workload, datasetSha256, entryCount, spanMs };
  }
  return workload.kind === 'sonnet' ? { ...workload, corpusSha256: dataset.sha256 } : workload;
}
