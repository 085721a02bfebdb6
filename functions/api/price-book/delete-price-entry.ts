import type { Deps } from '../../../shared/ports.ts';
import { requireFound } from '../http/require-found.ts';

/**
 * Deletes the tenant's own entries of a name, or the one of a date. With the last of them gone, a built-in entry of that name
 * shows again; built-in entries cannot be deleted.
 * @throws AppError NOT_FOUND where the tenant has none of its own
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
  requireFound(chosen[0], 'price book entry of your own named', label);
  for (const record of chosen) await deps.priceBook.remove(tenantId, name, record.asOf);
}
