import type { Deps } from '../../../shared/ports.ts';
import type { DatasetRecord } from '../../../shared/records/records.ts';
import type { Principal } from '../http/auth/authenticate.ts';
import { notFound } from '../http/not-found.ts';

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
