import type { Deps } from '../../../shared/ports.ts';
import type { Principal } from '../http/auth/authenticate.ts';
import { notFound } from '../http/not-found.ts';

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
