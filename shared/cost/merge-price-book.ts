import type { BookEntry, NamedPriceEntry, PriceBookRecord } from '../records/price-book.ts';

/**
 * Merges a tenant's entries with the built-in entries. Sorts them by name, and entries with the same name from newest
 * to oldest. A tenant's entry hides all built-in entries with the same name.
 */
export function mergePriceBook(builtIn: readonly NamedPriceEntry[], own: readonly PriceBookRecord[]): BookEntry[] {
  const taken = new Set(own.map(({ name }) => name));
  const entries: BookEntry[] = [
    ...own.map(({ name, entry }) => ({ name, entry, origin: 'tenant' as const })),
    ...builtIn.filter(({ name }) => !taken.has(name)).map((entry) => ({ ...entry, origin: 'built-in' as const })),
  ];
  const toPlace = ({ name, entry: { asOf } }: BookEntry) => ({ name, asOf });
  return entries.sort((a, b) => comparePlaces(toPlace(a), toPlace(b)));
}

type Place = { name: string; asOf: string };

/** Compares two entries by name, then by date with the newest first. */
export function comparePlaces(a: Place, b: Place): number {
  return compareText(a.name, b.name) || compareText(b.asOf, a.asOf);
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
