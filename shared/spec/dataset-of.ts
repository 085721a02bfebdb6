import type { DatasetKind } from '../records/records.ts';
import type { RunSpecInput } from './run-spec.ts';

export type DatasetUse = {
  datasetId: string;
  kind: DatasetKind;
  /** What the spec says of it; undefined where it says nothing. */
  sha256: string | undefined;
  entries: number | undefined;
  /** Field of the workload that names it. */
  field: 'datasetId' | 'corpusDatasetId';
  /** Field of the workload for the number of entries; null where it has none. */
  countField: 'promptCount' | 'entryCount' | null;
};

/** The dataset that a workload takes its text from; null where it takes none. */
export function datasetOf(workload: RunSpecInput['workload']): DatasetUse | null {
  if (workload.kind === 'dataset') {
    const { datasetId, datasetSha256: sha256, promptCount } = workload;
    return { datasetId, kind: 'prompts', sha256, entries: promptCount, field: 'datasetId', countField: 'promptCount' };
  }
  if (workload.kind === 'sonnet' && workload.corpusDatasetId !== undefined) {
    const { corpusDatasetId: datasetId, corpusSha256: sha256 } = workload;
    return { datasetId, kind: 'lines', sha256, entries: undefined, field: 'corpusDatasetId', countField: null };
  }
  if (workload.kind === 'trace' && workload.datasetId !== undefined) {
    const { datasetId, datasetSha256: sha256, entryCount } = workload;
    return { datasetId, kind: 'trace', sha256, entries: entryCount, field: 'datasetId', countField: 'entryCount' };
  }
  return null;
}
