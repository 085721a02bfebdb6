import { describe, expect, it } from 'vitest';
import type { Stores } from '../../shared/ports.ts';
import { ids, makePriceBookEntry } from './make-record.ts';

/** Contract of `PriceBookStore`, for any implementation. */
export function describePriceBookStore(stores: () => Stores): void {
  describe('PriceBookStore', () => {
    it('keeps one entry per name and date, and returns whether it is new', async () => {
      const { priceBook } = stores();
      const first = makePriceBookEntry();
      const { tenantId } = first;
      expect(await priceBook.put(first)).toEqual({ created: true });
      const corrected = { ...first, entry: { ...first.entry, source: 'read again' } };
      expect(await priceBook.put(corrected)).toEqual({ created: false });
      const later = { ...first, asOf: '2026-02-01', entry: { ...first.entry, asOf: '2026-02-01' } };
      expect(await priceBook.put(later)).toEqual({ created: true });
      expect(await priceBook.listAll(tenantId)).toEqual([corrected, later]);
    });

    it('lists all entries of a tenant only, including a name that is a prefix of another', async () => {
      const { priceBook } = stores();
      const tenantId = ids.next('tenant');
      const names = ['a', 'a.b', 'b'];
      for (const name of names) await priceBook.put(makePriceBookEntry({ tenantId, name }));
      await priceBook.put(makePriceBookEntry({ name: 'a' }));
      expect((await priceBook.listAll(tenantId)).map(({ name }) => name).sort()).toEqual(names);
    });

    it('removes one date of one tenant’s entry', async () => {
      const { priceBook } = stores();
      const entry = makePriceBookEntry();
      await priceBook.put(entry);
      const { tenantId, name, asOf } = entry;
      expect(await priceBook.remove(ids.next('tenant'), name, asOf)).toBe(false);
      expect(await priceBook.remove(tenantId, name, '2020-01-01')).toBe(false);
      expect(await priceBook.remove(tenantId, name, asOf)).toBe(true);
      expect(await priceBook.listAll(tenantId)).toEqual([]);
    });
  });
}
