import type { Deps } from '../../../shared/ports.ts';
import { requireFound } from '../http/require-found.ts';

/**
 * Deletes the tenant's entries of a name, or only the entry of a date. Built-in entries remain and become visible again.
 * @throws AppError NOT_FOUND if the tenant has no such entry
 */
export async function deletePriceEntry(
  deps: Pick<Deps, 'priceBook'>,
  tenantId: string,
  name: string,
  asOf: string | null,
): Promise<void> {
  const own = await deps.priceBook.listAll(tenantId);
  const chosen = own.filter((record) => record.name === name && (asOf === null || record.asOf === asOf));
  const label = asOf === null ? name : `${name} as of ${asOf}`;
  requireFound(chosen[0], 'tenant price book entry', label);
  for (const record of chosen) await deps.priceBook.remove(tenantId, name, record.asOf);
}
