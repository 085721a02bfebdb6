import { describe, expect, it } from 'vitest';
import type { Stores } from '../../shared/ports.ts';
import { listAll } from './list-all.ts';
import { ids, makeApiKey } from './make-record.ts';

/** Contract of `ApiKeyStore`, for any implementation. */
export function describeApiKeyStore(stores: () => Stores, clock: () => { atMs: number }): void {
  describe('ApiKeyStore', () => {
    it('returns, lists, and removes a key of a tenant', async () => {
      const { apiKeys } = stores();
      const tenantId = ids.next('tenant');
      const keys = Array.from({ length: 3 }, () => makeApiKey({ tenantId }));
      for (const key of keys) await apiKeys.create(key);
      const [first] = keys;
      const apiKeyId = first?.apiKeyId ?? '';
      expect(await apiKeys.get(tenantId, apiKeyId)).toEqual(first);
      expect(await apiKeys.get(ids.next('tenant'), apiKeyId)).toBeNull();
      expect((await listAll((page) => apiKeys.list(tenantId, page), 2)).flat()).toEqual(keys.toReversed());
      expect(await apiKeys.remove(tenantId, apiKeyId)).toBe(true);
      expect(await apiKeys.get(tenantId, apiKeyId)).toBeNull();
    });

    it('keeps the hash of a key that is created twice', async () => {
      const { apiKeys } = stores();
      const key = makeApiKey();
      await apiKeys.create(key);
      await apiKeys.create({ ...key, sha256: 'c'.repeat(64) });
      expect(await apiKeys.get(key.tenantId, key.apiKeyId)).toEqual(key);
    });

    it('lists the children of a key, of any tenant, and not the children of other keys', async () => {
      const { apiKeys } = stores();
      const [parent, other, ...children] = Array.from({ length: 4 }, () => ({ ...makeApiKey(), expiresAtMs: null }));
      if (parent === undefined || other === undefined) throw new Error('There are four keys');
      for (const child of [...children, ...children]) await apiKeys.addChild(parent, child);
      await apiKeys.addChild({ ...other, tenantId: parent.tenantId }, other);
      const listed = await apiKeys.listChildren(parent);
      const places = children.map(({ tenantId, apiKeyId }) => ({ tenantId, apiKeyId }));
      expect(new Set(listed)).toEqual(new Set(places));
      expect(listed).toHaveLength(2);
      expect((await apiKeys.list(parent.tenantId, { limit: 10, cursor: null })).items).toEqual([]);
    });

    it('stores the last use of a key at most once in a period, and creates no key', async () => {
      const { apiKeys } = stores();
      const key = makeApiKey();
      await apiKeys.touch(key.tenantId, key.apiKeyId, 1_000, 100);
      expect(await apiKeys.get(key.tenantId, key.apiKeyId)).toBeNull();
      await apiKeys.create(key);
      for (const atMs of [1_000, 1_099, 1_100]) {
        await apiKeys.touch(key.tenantId, key.apiKeyId, atMs, 100);
        const lastUsedAtMs = atMs === 1_100 ? 1_100 : 1_000;
        expect(await apiKeys.get(key.tenantId, key.apiKeyId)).toEqual({ ...key, lastUsedAtMs });
      }
    });

    it('never returns an expired key', async () => {
      const key = makeApiKey({ expiresAtMs: clock().atMs });
      await stores().apiKeys.create(key);
      expect(await stores().apiKeys.get(key.tenantId, key.apiKeyId)).toBeNull();
    });
  });
}
