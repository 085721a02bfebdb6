import { type DeliveryRecord, deliveryRecordSchema, webhookEndpointRecordSchema } from '../../../records/webhooks.ts';
import type { DeliveryStore, WebhookEndpointStore } from '../../../tenant-stores.ts';
import { buildExpectations, itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { buildDuePlace, tenantPartition } from '../keys.ts';
import { listDueKeys, parseEach, readTableKey, readUntil } from '../list-page.ts';
import { parseRecord, toAttributes } from '../record.ts';
import { openTenantItems } from '../tenant-items.ts';
import { deliveriesPartition, findDeliveries, tenantDeliveriesPartition, tenantPlaceKey } from './find-deliveries.ts';

const endpointsPartition = (tenantId: string) => `${tenantPartition(tenantId)}#WEBHOOK_ENDPOINTS`;

export function createWebhookEndpointStore(table: ItemTable): WebhookEndpointStore {
  const items = openTenantItems(table, {
    schema: webhookEndpointRecordSchema,
    kind: 'WEBHOOK_ENDPOINT',
    identify: ({ tenantId, webhookEndpointId: id, createdAtMs }) => ({ tenantId, id, createdAtMs }),
  });
  return {
    ...items,
    create: async (endpoint) => {
      const place = items.buildPlace(endpointsPartition(endpoint.tenantId), endpoint);
      await table.put({ ...items.toItem(endpoint), ...place }, itemIsAbsent);
    },
    list: (tenantId, page) => items.listByCreation(tenantId, page, endpointsPartition(tenantId), 'webhook-endpoints'),
    update: (tenantId, webhookEndpointId, set, expect = {}) => {
      // Endpoints of version 0.1.0 have no count.
      const hasNoCount = expect.timeoutsInRow === 0 ? ({ timeoutsInRow: [0, null] } as const) : {};
      return items.update(tenantId, webhookEndpointId, { ...expect, ...hasNoCount }, set);
    },
  };
}

const duePartition = 'DUE';

export function createDeliveryStore(table: ItemTable): DeliveryStore {
  const items = openTenantItems(table, {
    schema: deliveryRecordSchema,
    kind: 'DELIVERY',
    identify: ({ tenantId, deliveryId: id, createdAtMs }) => ({ tenantId, id, createdAtMs }),
  });
  return {
    ...items,
    create: async (delivery) => {
      const { tenantId, webhookEndpointId, deliveryId } = delivery;
      // The delivery is written last. Until it exists, readers skip its place in the list of the tenant.
      await table.put({
        ...tenantPlaceKey(tenantId, deliveryId),
        ...items.buildPlace(tenantDeliveriesPartition(tenantId), delivery),
      });
      const place = items.buildPlace(deliveriesPartition(tenantId, webhookEndpointId), delivery);
      const due = toAttributes(placeDelivery(deliveryId, delivery));
      return table.put({ ...items.toItem(delivery), ...place, ...due }, itemIsAbsent);
    },
    list: (tenantId, filter, page) => findDeliveries(table, tenantId, filter, page),
    remove: async (tenantId, deliveryId) => {
      const isRemoved = await items.remove(tenantId, deliveryId);
      await table.remove(tenantPlaceKey(tenantId, deliveryId));
      return isRemoved;
    },
    listByEndpoint: (tenantId, webhookEndpointId, page) =>
      items.listByCreation(tenantId, page, deliveriesPartition(tenantId, webhookEndpointId)),
    update: (tenantId, deliveryId, expect, set) =>
      items.update(tenantId, deliveryId, expect, { ...set, ...placeDelivery(deliveryId, set) }),
    postpone: async ({ tenantId, deliveryId, nextAttemptAtMs }, untilMs) => {
      const expect = buildExpectations<DeliveryRecord>({ status: 'pending', nextAttemptAtMs });
      const change = { set: buildDuePlace(duePartition, untilMs, deliveryId) };
      return (await table.update(items.buildKey(tenantId, deliveryId), change, expect)) !== null;
    },
    listWaiting: (atMs, limit) => listDue(table, { fromMs: atMs, atMs }, limit),
    listDue: (atMs, limit) => listDue(table, { fromMs: 0, atMs }, limit),
  };
}

/** Reads candidates from the index, then the items from the table to check which are due. */
async function listDue(
  table: ItemTable,
  { fromMs, atMs }: { fromMs: number; atMs: number },
  limit: number,
): Promise<DeliveryRecord[]> {
  if (limit < 1) return [];
  const isDue = ({ status, nextAttemptAtMs }: DeliveryRecord) =>
    status === 'pending' && nextAttemptAtMs !== null && nextAttemptAtMs >= fromMs && nextAttemptAtMs <= atMs;
  const found = await listDueKeys(table, duePartition, atMs, fromMs);
  const due = await readUntil(found, limit, async (candidates) => {
    const stored = await table.getMany(candidates.map(readTableKey));
    return (await parseEach(table, stored, (item) => parseRecord(deliveryRecordSchema, item))).filter(isDue);
  });
  return due.slice(0, limit);
}

/** Builds a delivery's keys in the index of due work. The keys are null if no further attempt is pending. */
function placeDelivery(id: string, { status, nextAttemptAtMs }: Pick<DeliveryRecord, 'status' | 'nextAttemptAtMs'>) {
  return buildDuePlace(duePartition, status === 'pending' ? nextAttemptAtMs : null, id);
}
