import { describe, expect, it } from 'vitest';
import type { Stores } from '../../shared/ports.ts';
import type { DeliveryFilter } from '../../shared/tenant-stores.ts';
import { expectRefusedCursors, listAll } from './list-all.ts';
import { ids, makeDelivery } from './make-record.ts';

/** Contract of `DeliveryStore`, for any implementation. */
export function describeDeliveryStore(stores: () => Stores): void {
  describe('DeliveryStore', () => {
    /** Far apart, so that deliveries due in one test are not due in another. */
    let eraMs = Date.UTC(2030, 0, 1);
    const nextEra = () => {
      eraMs -= 1_000_000;
      return eraMs;
    };
    const dueIds = async (fromMs: number, atMs: number) =>
      (await stores().deliveries.listDue(atMs, 1_000))
        .filter(({ createdAtMs }) => createdAtMs === fromMs)
        .map(({ deliveryId }) => deliveryId);

    it('creates a delivery once and returns it only to its own tenant', async () => {
      const { deliveries } = stores();
      const delivery = makeDelivery({
        attempts: [{ atMs: 1, durationMs: 2.5, httpStatus: null, error: 'no reply', responseBody: null }],
      });
      expect(await deliveries.create(delivery)).toBe(true);
      expect(await deliveries.create({ ...delivery, payload: 'other' })).toBe(false);
      expect(await deliveries.get(delivery.tenantId, delivery.deliveryId)).toEqual(delivery);
      expect(await deliveries.get(ids.next('tenant'), delivery.deliveryId)).toBeNull();
    });

    it('removes a delivery only for its own tenant, and returns whether it existed', async () => {
      const { deliveries } = stores();
      const delivery = makeDelivery();
      await deliveries.create(delivery);
      expect(await deliveries.remove(ids.next('tenant'), delivery.deliveryId)).toBe(false);
      expect(await deliveries.remove(delivery.tenantId, delivery.deliveryId)).toBe(true);
      expect(await deliveries.remove(delivery.tenantId, delivery.deliveryId)).toBe(false);
      expect(await deliveries.get(delivery.tenantId, delivery.deliveryId)).toBeNull();
    });

    it('lists the deliveries of one endpoint newest first', async () => {
      const { deliveries } = stores();
      const { tenantId, webhookEndpointId } = makeDelivery();
      const mine = Array.from({ length: 5 }, (_, i) =>
        makeDelivery({ tenantId, webhookEndpointId, createdAtMs: 9_000 - i }),
      );
      for (const delivery of mine) await deliveries.create(delivery);
      await deliveries.create(makeDelivery({ tenantId }));
      const list = (page: { limit: number; cursor: string | null }) =>
        deliveries.listByEndpoint(tenantId, webhookEndpointId, page);
      expect((await listAll(list, 2)).flat()).toEqual(mine);
      const { cursor } = await list({ limit: 1, cursor: null });
      await expectRefusedCursors(cursor, (page) =>
        deliveries.listByEndpoint(tenantId, ids.next('webhookEndpoint'), page),
      );
    });

    it('lists the deliveries of a tenant that match, over all endpoints, without removed ones', async () => {
      const { deliveries } = stores();
      const { tenantId, webhookEndpointId } = makeDelivery();
      const runId = ids.next('run');
      const mine = [
        makeDelivery({ tenantId, createdAtMs: 5_000, status: 'failed' }),
        makeDelivery({ tenantId, createdAtMs: 4_000, webhookEndpointId }),
        makeDelivery({ tenantId, createdAtMs: 3_000, runId, eventType: 'run.failed' }),
        makeDelivery({ tenantId, createdAtMs: 2_000, webhookEndpointId, status: 'failed' }),
        makeDelivery({ tenantId, createdAtMs: 1_000 }),
      ];
      for (const delivery of [...mine, makeDelivery()]) await deliveries.create(delivery);
      const find = async (filter: DeliveryFilter, limit = 2) =>
        (await listAll((page) => deliveries.list(tenantId, filter, page), limit))
          .flat()
          .map(({ createdAtMs }) => createdAtMs / 1_000);
      expect(await find({})).toEqual([5, 4, 3, 2, 1]);
      expect(await find({ webhookEndpointId })).toEqual([4, 2]);
      expect(await find({ webhookEndpointId, status: 'failed' })).toEqual([2]);
      expect(await find({ status: 'failed' }, 1)).toEqual([5, 2]);
      expect(await find({ runId })).toEqual([3]);
      expect(await find({ eventType: 'run.failed' })).toEqual([3]);
      expect(await find({ createdFromMs: 2_000, createdBeforeMs: 4_000 }, 1)).toEqual([3, 2]);
      expect(await find({ createdFromMs: 4_000, createdBeforeMs: 4_000 })).toEqual([]);
      await deliveries.remove(tenantId, mine[2]?.deliveryId ?? '');
      expect(await find({})).toEqual([5, 4, 2, 1]);
      const { cursor } = await deliveries.list(tenantId, {}, { limit: 1, cursor: null });
      await expectRefusedCursors(cursor, (page) => deliveries.list(tenantId, { runId }, page));
    });

    it('lists deliveries due at or before a time, oldest first, up to the limit', async () => {
      const { deliveries } = stores();
      const atMs = nextEra();
      const dues = [5, 1_000, 0, 1_001, null].map((after) =>
        makeDelivery({ createdAtMs: atMs, nextAttemptAtMs: after === null ? null : atMs + after }),
      );
      for (const delivery of dues) await deliveries.create(delivery);
      await deliveries.create(makeDelivery({ createdAtMs: atMs, nextAttemptAtMs: atMs, status: 'delivered' }));
      expect(await dueIds(atMs, atMs + 1_000)).toEqual([dues[2], dues[0], dues[1]].map((due) => due?.deliveryId));
      const others = (await deliveries.listDue(atMs - 1, 1_000)).length;
      expect(await deliveries.listDue(atMs + 1_000, others + 2)).toHaveLength(others + 2);
      expect(await deliveries.listDue(atMs + 1_000, 0)).toEqual([]);
    });

    it('updates a delivery’s place among the due ones with any update', async () => {
      const { deliveries } = stores();
      const atMs = nextEra();
      const delivery = makeDelivery({ createdAtMs: atMs, nextAttemptAtMs: atMs });
      const { tenantId, deliveryId } = delivery;
      const due = async (laterMs: number) => (await dueIds(atMs, atMs + laterMs)).length;
      await deliveries.create(delivery);
      expect(await due(0)).toBe(1);
      const later = { status: 'pending' as const, nextAttemptAtMs: atMs + 100 };
      await deliveries.update(tenantId, deliveryId, { status: 'pending' }, later);
      expect([await due(99), await due(100)]).toEqual([0, 1]);
      await deliveries.update(tenantId, deliveryId, {}, { ...later, status: 'delivered' });
      expect(await due(100)).toBe(0);
      await deliveries.update(tenantId, deliveryId, {}, { ...later, nextAttemptAtMs: atMs + 1 });
      expect([await due(0), await due(1)]).toEqual([0, 1]);
      await deliveries.update(tenantId, deliveryId, {}, { status: 'failed', nextAttemptAtMs: null });
      expect(await due(100)).toBe(0);
      const again = { status: 'pending' as const, nextAttemptAtMs: atMs + 7 };
      const after = await deliveries.update(tenantId, deliveryId, { status: ['failed', 'delivered'] }, again);
      expect(after).toEqual({ ...delivery, ...again });
      expect(await due(7)).toBe(1);
    });

    it('lets one of many notifiers claim an attempt', async () => {
      const { deliveries } = stores();
      const atMs = nextEra();
      const delivery = makeDelivery({ createdAtMs: atMs, nextAttemptAtMs: atMs });
      await deliveries.create(delivery);
      const claims = await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          deliveries.update(
            delivery.tenantId,
            delivery.deliveryId,
            { status: 'pending', nextAttemptAtMs: atMs },
            { status: 'pending', nextAttemptAtMs: atMs + 1_000 + i },
          ),
        ),
      );
      expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
      expect(await dueIds(atMs, atMs + 2_000)).toEqual([delivery.deliveryId]);
      expect(await dueIds(atMs, atMs + 999)).toEqual([]);
    });

    it('updates only an existing delivery', async () => {
      const { tenantId, deliveryId } = makeDelivery();
      const change = { status: 'pending' as const, nextAttemptAtMs: 1 };
      expect(await stores().deliveries.update(tenantId, deliveryId, {}, change)).toBeNull();
      expect(await stores().deliveries.get(tenantId, deliveryId)).toBeNull();
    });
  });
}
