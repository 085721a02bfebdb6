import type { DatasetRecord } from '../domain/records.ts';
import type { Deps } from '../ports.ts';
import type { Principal } from './authenticate.ts';
import { notFound } from './not-found.ts';

/**
 * What is known of a dataset of the tenant.
 * @throws AppError NOT_FOUND
 */
export async function getDataset(
  deps: Pick<Deps, 'datasets'>,
  principal: Principal,
  datasetId: string,
): Promise<DatasetRecord> {
  const dataset = await deps.datasets.get(principal.tenantId, datasetId);
  if (dataset === null) throw notFound('dataset', datasetId);
  return dataset;
}
