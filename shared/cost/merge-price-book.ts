import type { BookEntry, NamedPriceEntry, PriceBookRecord } from '../records/price-book.ts';

/**
 * The price book of a tenant: its own entries and the built-in ones, by name, and of one name the newest first. A name that
 * the tenant has an entry for is the tenant's altogether: the built-in entries of that name, of whatever date, are hidden.
 */
export function mergePriceBook(builtIn: readonly NamedPriceEntry[], own: readonly PriceBookRecord[]): BookEntry[] {
  const taken = new Set(own.map(({ name }) => name));
  const entries: BookEntry[] = [
    ...own.map(({ name, entry }) => ({ name, entry, origin: 'tenant' as const })),
    ...builtIn.filter(({ name }) => !taken.has(name)).map((entry) => ({ ...entry, origin: 'built-in' as const })),
  ];
  return entries.sort(compareEntries);
}

type Place = { name: string; asOf: string };

/** Where an entry stands in a book: by name, then by date, newest first. */
export function comparePlaces(a: Place, b: Place): number {
  return compareText(a.name, b.name) || compareText(b.asOf, a.asOf);
}

function compareEntries(a: BookEntry, b: BookEntry): number {
  return comparePlaces({ name: a.name, asOf: a.entry.asOf }, { name: b.name, asOf: b.entry.asOf });
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
