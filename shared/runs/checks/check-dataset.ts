import type { Fault } from '../../errors/app-error.ts';
import type { Deps } from '../../ports.ts';
import { datasetOf } from '../../spec/dataset-of.ts';
import type { RunSpecInput } from '../../spec/run-spec.ts';

const contentOf = {
  prompts: 'prompts, one a line as JSON',
  lines: 'lines of text',
  trace: 'requests of a trace, one a line',
} as const;

/** What is wrong with the dataset that a workload names: there is none, it is of the other kind, or not what the spec says. */
export async function checkDataset(
  deps: Pick<Deps, 'datasets'>,
  tenantId: string,
  workload: RunSpecInput['workload'],
): Promise<Fault[]> {
  const use = datasetOf(workload);
  if (use === null) return [];
  const pointer = `/workload/${use.field}`;
  const dataset = await deps.datasets.get(tenantId, use.datasetId);
  if (dataset === null) {
    const remedy = 'Use an id of GET /v1/datasets, or upload it (again) with POST /v1/datasets';
    return [{ pointer, fault: `names no dataset of yours: ${use.datasetId}`, remedy }];
  }
  if (dataset.kind !== use.kind) {
    const remedy = `Name a dataset of ${contentOf[use.kind]}`;
    return [{ pointer, fault: `is a dataset of ${contentOf[dataset.kind]}`, remedy }];
  }
  const differs = (field: string, said: string | number | undefined, is: string | number): Fault[] =>
    said === undefined || said === is
      ? []
      : [{ pointer: `/workload/${field}`, fault: 'is not that of the dataset', remedy: `Give ${is}, or leave it out` }];
  return [
    ...differs(use.field === 'datasetId' ? 'datasetSha256' : 'corpusSha256', use.sha256, dataset.sha256),
    ...(use.countField === null ? [] : differs(use.countField, use.entries, dataset.entries)),
  ];
}
