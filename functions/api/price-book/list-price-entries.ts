import { z } from 'zod';
import { comparePlaces } from '../../../shared/cost/merge-price-book.ts';
import type { BookEntry } from '../../../shared/records/price-book.ts';
import { loadPriceBook } from '../../../shared/runs/checks/validate-run-spec.ts';
import { priceBookNameSchema, priceDateSchema } from '../../../shared/spec/pricing.ts';
import type { Page, PageRequest } from '../../../shared/tenant-stores.ts';
import { decodeCursor, encodeCursor } from '../http/cursor.ts';
import type { Caller } from '../http/define-endpoint.ts';

type PriceBookFilter = { name?: string | undefined; model?: string | undefined; instanceType?: string | undefined };

const positionSchema = z.tuple([priceBookNameSchema, priceDateSchema]).transform(([name, asOf]) => ({ name, asOf }));
const cursorRemedy = 'Use the cursor of the previous page unchanged, or omit it to start at the first name';

/** Lists the prices in a tenant's price book, sorted by name. Entries with the same name are sorted newest first. */
export async function listPriceEntries(
  { deps, tenantId }: Caller,
  filter: PriceBookFilter,
  { limit, cursor }: PageRequest,
): Promise<Page<BookEntry>> {
  const after = cursor === null ? null : decodeCursor(cursor, positionSchema, cursorRemedy);
  const isLeft = ({ name, entry: { asOf } }: BookEntry) => after === null || comparePlaces({ name, asOf }, after) > 0;
  const book = await loadPriceBook(deps, tenantId);
  const left = book.filter((item) => isSelected(filter, item) && isLeft(item));
  const items = left.slice(0, limit);
  const last = items.at(-1);
  const hasMore = last !== undefined && left.length > limit;
  return { items, cursor: hasMore ? encodeCursor([last.name, last.entry.asOf]) : null };
}

function isSelected({ name, model, instanceType }: PriceBookFilter, item: BookEntry): boolean {
  const { entry } = item;
  return (
    (name === undefined || item.name === name) &&
    (model === undefined || (entry.kind === 'tokens' && entry.model === model)) &&
    (instanceType === undefined || (entry.kind === 'instance' && entry.instanceType === instanceType))
  );
}
