import type { Deps } from '../../../shared/ports.ts';
import type { BookEntry } from '../../../shared/records/price-book.ts';
import { loadPriceBook } from '../../../shared/runs/load-price-book.ts';
import { requireFound } from '../http/require-found.ts';

/**
 * Returns the entry of a name for a day: the newest one dated on or before it. Without a day, the newest one.
 * @throws AppError NOT_FOUND
 */
export async function getPriceEntry(
  deps: Pick<Deps, 'priceBook'>,
  tenantId: string,
  name: string,
  asOf: string | null,
): Promise<BookEntry> {
  const book = await loadPriceBook(deps, tenantId);
  const found = book.find((item) => item.name === name && (asOf === null || item.entry.asOf <= asOf));
  return requireFound(found, 'price book entry', asOf === null ? name : `${name} as of ${asOf} or before`);
}
