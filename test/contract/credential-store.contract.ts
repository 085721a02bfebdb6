import { describe, expect, it } from 'vitest';
import type { Stores } from '../../shared/ports.ts';
import { expectRefusedCursors, listAll } from './list-all.ts';
import { ids, makeCredential } from './make-record.ts';

/** Contract of `CredentialStore`, for any implementation. */
export function describeCredentialStore(stores: () => Stores, clock: () => { atMs: number }): void {
  describe('CredentialStore', () => {
    it('returns a credential only to its own tenant', async () => {
      const { credentials } = stores();
      const credential = makeCredential();
      await credentials.put(credential);
      const { tenantId, credentialId } = credential;
      expect(await credentials.get(tenantId, credentialId)).toEqual(credential);
      expect(await credentials.get(ids.next('tenant'), credentialId)).toBeNull();
      expect(await credentials.remove(ids.next('tenant'), credentialId)).toBe(false);
      expect(await credentials.remove(tenantId, credentialId)).toBe(true);
      expect(await credentials.remove(tenantId, credentialId)).toBe(false);
      expect(await credentials.get(tenantId, credentialId)).toBeNull();
    });

    it('lists credentials newest first in full pages, without ephemeral ones', async () => {
      const { credentials } = stores();
      const tenantId = ids.next('tenant');
      const all = Array.from({ length: 20 }, (_, i) => makeCredential({ tenantId, ephemeral: i % 4 !== 0 }));
      for (const credential of all) await credentials.put(credential);
      const pages = await listAll((page) => credentials.list(tenantId, page), 2);
      expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
      expect(pages.flat()).toEqual(all.filter(({ ephemeral }) => !ephemeral).toReversed());
    });

    it('never returns an expired credential, even if it is still stored', async () => {
      const { credentials } = stores();
      const now = clock().atMs;
      const credential = makeCredential({ expiresAtMs: now + 1_000 });
      await credentials.put(credential);
      expect(await credentials.get(credential.tenantId, credential.credentialId)).toEqual(credential);
      clock().atMs = now + 1_000;
      expect(await credentials.get(credential.tenantId, credential.credentialId)).toBeNull();
      expect((await credentials.list(credential.tenantId, { limit: 5, cursor: null })).items).toEqual([]);
      clock().atMs = now;
    });

    it('rejects cursors of another tenant and invalid cursors', async () => {
      const { credentials } = stores();
      const tenantId = ids.next('tenant');
      for (let i = 0; i < 2; i++) await credentials.put(makeCredential({ tenantId }));
      const { cursor } = await credentials.list(tenantId, { limit: 1, cursor: null });
      await expectRefusedCursors(cursor, (page) => credentials.list(ids.next('tenant'), page));
    });
  });
}
