import type { BookEntry, NamedPriceEntry, PriceBookRecord } from '../records/price-book.ts';

/**
 * Merges the entries of a tenant and the built-in ones, ordered by name, entries of one name from the newest. An entry of the
 * tenant hides all built-in entries of its name.
 */
export function mergePriceBook(builtIn: readonly NamedPriceEntry[], own: readonly PriceBookRecord[]): BookEntry[] {
  const taken = new Set(own.map(({ name }) => name));
  const entries: BookEntry[] = [
    ...own.map(({ name, entry }) => ({ name, entry, origin: 'tenant' as const })),
    ...builtIn.filter(({ name }) => !taken.has(name)).map((entry) => ({ ...entry, origin: 'built-in' as const })),
  ];
  return entries.sort((a, b) =>
    comparePlaces({ name: a.name, asOf: a.entry.asOf }, { name: b.name, asOf: b.entry.asOf }),
  );
}

type Place = { name: string; asOf: string };

/** Orders entries by name, then by date from the newest. */
export function comparePlaces(a: Place, b: Place): number {
  return compareText(a.name, b.name) || compareText(b.asOf, a.asOf);
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
