import { z } from 'zod';
import { comparePlaces } from '../../../shared/cost/merge-price-book.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { Deps, Page, PageRequest } from '../../../shared/ports.ts';
import type { BookEntry, PriceEntry } from '../../../shared/records/price-book.ts';
import { loadPriceBook } from '../../../shared/runs/checks/validate-run-spec.ts';
import { priceBookNameSchema, priceDateSchema } from '../../../shared/spec/pricing.ts';
import { requireFound } from '../http/answers.ts';

type BookDeps = Pick<Deps, 'priceBook'>;
type PriceBookFilter = { name?: string | undefined; model?: string | undefined; instanceType?: string | undefined };

/** Lists the prices in a tenant's price book, sorted by name. Entries with the same name are sorted newest first. */
export async function listPriceEntries(
  deps: BookDeps,
  tenantId: string,
  filter: PriceBookFilter,
  { limit, cursor }: PageRequest,
): Promise<Page<BookEntry>> {
  const after = cursor === null ? null : readCursor(cursor);
  const left = (await loadPriceBook(deps, tenantId)).filter(
    (item) => matches(filter, item) && (after === null || comparePlaces(readPlace(item), after) > 0),
  );
  const items = left.slice(0, limit);
  const last = items.at(-1);
  return { items, cursor: last === undefined || left.length <= limit ? null : writeCursor(readPlace(last)) };
}

function matches({ name, model, instanceType }: PriceBookFilter, item: BookEntry): boolean {
  const { entry } = item;
  return (
    (name === undefined || item.name === name) &&
    (model === undefined || (entry.kind === 'tokens' && entry.model === model)) &&
    (instanceType === undefined || (entry.kind === 'instance' && entry.instanceType === instanceType))
  );
}

type Place = { name: string; asOf: string };
const placeSchema = z.tuple([priceBookNameSchema, priceDateSchema]);

const readPlace = ({ name, entry }: BookEntry): Place => ({ name, asOf: entry.asOf });
const writeCursor = ({ name, asOf }: Place) => Buffer.from(JSON.stringify([name, asOf])).toString('base64url');

function readCursor(cursor: string): Place {
  try {
    const [name, asOf] = placeSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    return { name, asOf };
  } catch (cause) {
    const remedy = 'Use the cursor of the previous page unchanged, or omit it to start at the first name';
    const faults = [{ pointer: '?cursor', fault: 'is not a cursor for this list', remedy }];
    throw new AppError('INVALID_REQUEST', 'The cursor is not valid', { faults, cause });
  }
}

/** Returns the newest price of a name up to the date `asOf`; null means any date. Throws NOT_FOUND if none exists. */
export async function getPriceEntry(
  deps: BookDeps,
  tenantId: string,
  name: string,
  asOf: string | null,
): Promise<BookEntry> {
  const book = await loadPriceBook(deps, tenantId);
  const found = book.find((item) => item.name === name && (asOf === null || item.entry.asOf <= asOf));
  return requireFound(found, 'price book entry', asOf === null ? name : `${name} as of ${asOf} or before`);
}

/** Maximum entries in a price book. Each price lookup reads all of them. */
const maxEntries = 1_000;

/** Creates the price for a name and a date, or replaces the existing one. Throws CONFLICT if the price book is full. */
export async function putPriceEntry(
  { priceBook, clock }: Pick<Deps, 'priceBook' | 'clock'>,
  tenantId: string,
  name: string,
  entry: PriceEntry,
): Promise<{ item: BookEntry; created: boolean }> {
  const { asOf } = entry;
  const own = await priceBook.listAll(tenantId);
  const isThere = own.some((record) => record.name === name && record.asOf === asOf);
  if (!isThere && own.length >= maxEntries) {
    const remedy = 'Delete entries that you no longer need';
    throw new AppError('CONFLICT', `Your price book already has the maximum number of ${maxEntries} entries`, {
      faults: [{ pointer: '', fault: 'would exceed the maximum number of entries', remedy }],
    });
  }
  const { created } = await priceBook.put({ tenantId, name, asOf, entry, createdAtMs: clock.nowMs() });
  return { item: { name, entry, origin: 'tenant' }, created };
}

/** Deletes all prices with a name, or only the price of the given date. Throws NOT_FOUND if no price matches. */
export async function deletePriceEntry(
  { priceBook }: BookDeps,
  tenantId: string,
  name: string,
  asOf: string | null,
): Promise<void> {
  const own = await priceBook.listAll(tenantId);
  const chosen = own.filter((record) => record.name === name && (asOf === null || record.asOf === asOf));
  requireFound(chosen[0], 'tenant price book entry', asOf === null ? name : `${name} as of ${asOf}`);
  for (const record of chosen) await priceBook.remove(tenantId, name, record.asOf);
}
