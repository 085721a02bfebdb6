import type { DatasetRecord } from '../domain/records.ts';
import type { Deps } from '../ports.ts';
import type { Principal } from './authenticate.ts';
import { getDataset } from './get-dataset.ts';
import { notFound } from './not-found.ts';

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
