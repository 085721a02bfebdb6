import { z } from 'zod';
import { comparePlaces } from '../../../shared/cost/merge-price-book.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { Deps, Page, PageRequest } from '../../../shared/ports.ts';
import type { BookEntry } from '../../../shared/records/price-book.ts';
import { loadPriceBook } from '../../../shared/runs/checks/find-prices.ts';
import { priceBookNameSchema, priceDateSchema } from '../../../shared/spec/pricing.ts';

export type PriceBookFilter = {
  name?: string | undefined;
  model?: string | undefined;
  instanceType?: string | undefined;
};

const placeSchema = z.tuple([priceBookNameSchema, priceDateSchema]);

/**
 * Lists the price book of a tenant by name, with the newest entry of a name first.
 * @throws AppError INVALID_REQUEST for an invalid cursor
 */
export async function listPriceBook(
  deps: Pick<Deps, 'priceBook'>,
  tenantId: string,
  filter: PriceBookFilter,
  { limit, cursor }: PageRequest,
): Promise<Page<BookEntry>> {
  const after = cursor === null ? null : readCursor(cursor);
  const book = await loadPriceBook(deps, tenantId);
  const left = book.filter(
    (item) => matches(filter, item) && (after === null || comparePlaces(readPlace(item), after) > 0),
  );
  const items = left.slice(0, limit);
  const last = items.at(-1);
  return { items, cursor: last === undefined || left.length <= limit ? null : writeCursor(readPlace(last)) };
}

type Place = { name: string; asOf: string };
const readPlace = ({ name, entry }: BookEntry): Place => ({ name, asOf: entry.asOf });

function matches({ name, model, instanceType }: PriceBookFilter, item: BookEntry): boolean {
  const { entry } = item;
  return (
    (name === undefined || item.name === name) &&
    (model === undefined || (entry.kind === 'tokens' && entry.model === model)) &&
    (instanceType === undefined || (entry.kind === 'instance' && entry.instanceType === instanceType))
  );
}

const writeCursor = ({ name, asOf }: Place) => Buffer.from(JSON.stringify([name, asOf])).toString('base64url');

function readCursor(cursor: string): Place {
  try {
    const [name, asOf] = placeSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    return { name, asOf };
  } catch (cause) {
    const fault = {
      pointer: '?cursor',
      fault: 'is not a cursor of this list',
      remedy: 'Use the unchanged cursor of the previous page, or omit it to start at the first name',
    };
    throw new AppError('INVALID_REQUEST', 'The cursor is not valid', { faults: [fault], cause });
  }
}
