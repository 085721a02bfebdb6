import { builtInPrices } from '../cost/built-in-prices.ts';
import { mergePriceBook } from '../cost/merge-price-book.ts';
import type { Deps } from '../ports.ts';
import type { BookEntry } from '../records/price-book.ts';

/** The price book of a tenant, its own entries before the built-in ones: by name, and of one name the newest first. */
export async function loadPriceBook(deps: Pick<Deps, 'priceBook'>, tenantId: string): Promise<BookEntry[]> {
  return mergePriceBook(builtInPrices, await deps.priceBook.listAll(tenantId));
}
