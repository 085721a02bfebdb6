import { AppError } from '../../../shared/errors/app-error.ts';
import type { Deps } from '../../../shared/ports.ts';
import type { BookEntry, PriceEntry } from '../../../shared/records/price-book.ts';

/** Limits the book, because each price lookup reads all of it. */
const maxEntries = 1_000;

/**
 * Writes an entry of the tenant under a name and its date, and replaces an entry of the same name and date. Existing runs
 * keep their prices.
 * @throws AppError CONFLICT if the tenant's book is full
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
    throw new AppError('CONFLICT', `Your price book already has the maximum of ${maxEntries} entries`, {
      faults: [{ pointer: '', fault: 'exceeds the maximum number of entries', remedy: 'Delete unused entries' }],
    });
  const { created } = await deps.priceBook.put({ tenantId, name, asOf, entry, createdAtMs: deps.clock.nowMs() });
  return { item: { name, entry, origin: 'tenant' }, created };
}
