import type { Deps } from '../ports.ts';
import type { Principal } from './authenticate.ts';
import { notFound } from './not-found.ts';

/**
 * Forgets a dataset at once. Batches of active runs that have yet to load it end with `dataset_missing`; the same content,
 * uploaded again, gets the same id.
 * @throws AppError NOT_FOUND
 */
export async function deleteDataset(
  deps: Pick<Deps, 'datasets'>,
  principal: Principal,
  datasetId: string,
): Promise<void> {
  if (!(await deps.datasets.remove(principal.tenantId, datasetId))) throw notFound('dataset', datasetId);
}
