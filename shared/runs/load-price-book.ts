import { builtInPrices } from '../cost/built-in-prices.ts';
import { mergePriceBook } from '../cost/merge-price-book.ts';
import type { Deps } from '../ports.ts';
import type { BookEntry } from '../records/price-book.ts';

/** Loads the price book of a tenant, sorted by name, newest first. Tenant entries hide built-in entries of their name. */
export async function loadPriceBook(deps: Pick<Deps, 'priceBook'>, tenantId: string): Promise<BookEntry[]> {
  return mergePriceBook(builtInPrices, await deps.priceBook.listAll(tenantId));
}
