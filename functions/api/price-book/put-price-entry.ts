import { AppError } from '../../../shared/errors/app-error.ts';
import type { PriceEntry } from '../../../shared/records/price-book.ts';
import type { Caller } from '../http/define-endpoint.ts';

/** Maximum entries in a price book. Each price lookup reads all of them. */
const maxEntries = 1_000;

/** Creates the price for a name and a date, or replaces the existing one. Throws CONFLICT if the price book is full. */
export async function putPriceEntry(
  { deps: { priceBook, clock }, tenantId }: Caller,
  name: string,
  entry: PriceEntry,
): Promise<{ created: boolean }> {
  const { asOf } = entry;
  const own = await priceBook.listAll(tenantId);
  const isThere = own.some((record) => record.name === name && record.asOf === asOf);
  if (!isThere && own.length >= maxEntries) {
    const remedy = 'Delete entries that you no longer need';
    throw new AppError('CONFLICT', `Your price book already has the maximum number of ${maxEntries} entries`, {
      faults: [{ pointer: '', fault: 'would exceed the maximum number of entries', remedy }],
    });
  }
  return priceBook.put({ tenantId, name, asOf, entry, createdAtMs: clock.nowMs() });
}
