import type { Deps } from '../../../shared/ports.ts';
import type { BookEntry } from '../../../shared/records/price-book.ts';
import { loadPriceBook } from '../../../shared/runs/load-price-book.ts';
import { requireFound } from '../http/require-found.ts';

/**
 * Returns the newest entry of a name on or before a date, or the newest entry if the date is null.
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
