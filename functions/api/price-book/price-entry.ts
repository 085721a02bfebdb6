import { AppError } from '../../../shared/errors/app-error.ts';
import type { Deps } from '../../../shared/ports.ts';
import type { BookEntry, PriceEntry } from '../../../shared/records/price-book.ts';
import { loadPriceBook } from '../../../shared/runs/checks/find-prices.ts';
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
