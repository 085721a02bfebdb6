import { AppError } from '../../../shared/errors/app-error.ts';
import type { Deps } from '../../../shared/ports.ts';
import type { BookEntry, PriceEntry } from '../../../shared/records/price-book.ts';

/** The whole book of a tenant is read to look a price up. */
const maxEntries = 1_000;

/**
 * Writes an entry of the tenant's own under a name and the date it carries, in place of the one of the same name and date.
 * Runs that took figures from it keep them.
 * @throws AppError CONFLICT where the tenant's book is full
 */
export async function putPriceEntry(
  deps: Pick<Deps, 'priceBook' | 'clock'>,
  tenantId: string,
  name: string,
  entry: PriceEntry,
): Promise<{ item: BookEntry; created: boolean }> {
  const { asOf } = entry;
  const own = await deps.priceBook.listAll(tenantId);
  const isThere = own.some((record) => record.name === name && record.asOf === asOf);
  if (!isThere && own.length >= maxEntries)
    throw new AppError('CONFLICT', `The price book has ${maxEntries} entries of your own, as many as it may`, {
      faults: [{ pointer: '', fault: 'is one entry too many', remedy: 'Delete entries that are not used any more' }],
    });
  const { created } = await deps.priceBook.put({ tenantId, name, asOf, entry, createdAtMs: deps.clock.nowMs() });
  return { item: { name, entry, origin: 'tenant' }, created };
}
