import type { Deps } from '../../../shared/ports.ts';
import type { DatasetRecord } from '../../../shared/records/records.ts';
import type { Principal } from '../http/auth/authenticate.ts';
import { notFound } from '../http/not-found.ts';
import { getDataset } from './get-dataset.ts';

/**
 * The text of a dataset, as it was uploaded.
 * @throws AppError NOT_FOUND
 */
export async function getDatasetText(
  deps: Pick<Deps, 'datasets'>,
  principal: Principal,
  datasetId: string,
): Promise<{ dataset: DatasetRecord; text: string }> {
  const dataset = await getDataset(deps, principal, datasetId);
  const text = await deps.datasets.getText(principal.tenantId, datasetId);
  if (text === null) throw notFound('dataset', datasetId);
  return { dataset, text };
}
