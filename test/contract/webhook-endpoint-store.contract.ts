import { describe, expect, it } from 'vitest';
import { deriveId } from '../../shared/ids/ids.ts';
import type { Stores } from '../../shared/ports.ts';
import { expectRefusedCursors, listAll } from './list-all.ts';
import { ids, makeWebhookEndpoint } from './make-record.ts';

/** Contract of `WebhookEndpointStore`, for any implementation. */
export function describeWebhookEndpointStore(stores: () => Stores): void {
  describe('WebhookEndpointStore', () => {
    it('creates an endpoint unless it exists, updates it, and removes it', async () => {
      const { webhookEndpoints } = stores();
      const endpoint = makeWebhookEndpoint();
      const { tenantId, webhookEndpointId } = endpoint;
      await webhookEndpoints.create(endpoint);
      await webhookEndpoints.create({ ...endpoint, url: 'https://other.example.com/' });
      expect(await webhookEndpoints.get(tenantId, webhookEndpointId)).toEqual(endpoint);
      const changed = await webhookEndpoints.update(tenantId, webhookEndpointId, { disabled: true });
      expect(changed).toEqual({ ...endpoint, disabled: true });
      expect(await webhookEndpoints.update(ids.next('tenant'), webhookEndpointId, { disabled: false })).toBeNull();
      expect(await webhookEndpoints.remove(tenantId, webhookEndpointId)).toBe(true);
      expect(await webhookEndpoints.update(tenantId, webhookEndpointId, { disabled: false })).toBeNull();
      expect(await webhookEndpoints.get(tenantId, webhookEndpointId)).toBeNull();
    });

    it('lists newest first, although ids do not sort by time', async () => {
      const { webhookEndpoints } = stores();
      const tenantId = ids.next('tenant');
      const all = Array.from({ length: 5 }, (_, i) =>
        makeWebhookEndpoint({
          tenantId,
          webhookEndpointId: deriveId('webhookEndpoint', tenantId, i),
          createdAtMs: 1_000 + i,
        }),
      );
      for (const endpoint of all.toSorted((a, b) => (a.webhookEndpointId < b.webhookEndpointId ? -1 : 1)))
        await webhookEndpoints.create(endpoint);
      const pages = await listAll((page) => webhookEndpoints.list(tenantId, page), 2);
      expect(pages.flat()).toEqual(all.toReversed());
      const { cursor } = await webhookEndpoints.list(tenantId, { limit: 1, cursor: null });
      await expectRefusedCursors(cursor, (page) => webhookEndpoints.list(ids.next('tenant'), page));
    });
  });
}
