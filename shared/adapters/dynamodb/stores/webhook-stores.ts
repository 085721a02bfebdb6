import type { DeliveryStore, Expect, WebhookEndpointStore } from '../../../ports.ts';
import {
  type DeliveryRecord,
  deliveryRecordSchema,
  type WebhookEndpointRecord,
  webhookEndpointRecordSchema,
} from '../../../records/webhooks.ts';
import { buildExpectations, isImpossible, itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { buildDuePlace, dueSortKey, tenantItemKey, tenantPartition } from '../keys.ts';
import { createPosition, listIndexed, readPositionId, readTableKey } from '../list-page.ts';
import { type Item, parseFound, parseRecord, toAttributes } from '../record.ts';

const endpointKey = (tenantId: string, id: string) => tenantItemKey(tenantId, 'WEBHOOK_ENDPOINT', id);
const endpointsPartition = (tenantId: string) => `${tenantPartition(tenantId)}#WEBHOOK_ENDPOINTS`;
const readEndpointPosition = ({ createdAtMs, webhookEndpointId }: WebhookEndpointRecord) =>
  createPosition(createdAtMs, webhookEndpointId);

export function createWebhookEndpointStore(table: ItemTable): WebhookEndpointStore {
  return {
    create: async (endpoint) => {
      const item = {
        ...endpointKey(endpoint.tenantId, endpoint.webhookEndpointId),
        ...toAttributes(endpoint),
        gsi1pk: endpointsPartition(endpoint.tenantId),
        gsi1sk: readEndpointPosition(endpoint),
      };
      await table.put(item, itemIsAbsent);
    },
    get: async (tenantId, webhookEndpointId) =>
      parseFound(webhookEndpointRecordSchema, await table.get(endpointKey(tenantId, webhookEndpointId))),
    list: (tenantId, page) =>
      listIndexed<WebhookEndpointRecord>(table, page, {
        scope: { tenantId, list: 'webhook-endpoints' },
        partition: endpointsPartition(tenantId),
        readPosition: readEndpointPosition,
        buildKey: (position) => endpointKey(tenantId, readPositionId(position)),
        parse: (item) => parseRecord(webhookEndpointRecordSchema, item),
      }),
    update: async (tenantId, webhookEndpointId, set) =>
      parseFound(webhookEndpointRecordSchema, await table.update(endpointKey(tenantId, webhookEndpointId), { set })),
    remove: (tenantId, webhookEndpointId) => table.remove(endpointKey(tenantId, webhookEndpointId)),
  };
}

const duePartition = 'DUE';
const deliveryKey = (tenantId: string, deliveryId: string) => tenantItemKey(tenantId, 'DELIVERY', deliveryId);
const deliveriesPartition = (tenantId: string, endpointId: string) =>
  `${tenantPartition(tenantId)}#ENDPOINT#${endpointId}`;
const readDeliveryPosition = ({ createdAtMs, deliveryId }: DeliveryRecord) => createPosition(createdAtMs, deliveryId);

export function createDeliveryStore(table: ItemTable): DeliveryStore {
  const get: DeliveryStore['get'] = async (tenantId, deliveryId) =>
    parseFound(deliveryRecordSchema, await table.get(deliveryKey(tenantId, deliveryId)));
  return {
    create: (delivery) => {
      const item = {
        ...deliveryKey(delivery.tenantId, delivery.deliveryId),
        ...toAttributes(delivery),
        gsi1pk: deliveriesPartition(delivery.tenantId, delivery.webhookEndpointId),
        gsi1sk: readDeliveryPosition(delivery),
        ...toAttributes(placeDelivery(delivery.deliveryId, delivery)),
      };
      return table.put(item, itemIsAbsent);
    },
    get,
    listByEndpoint: (tenantId, webhookEndpointId, page) => {
      const partition = deliveriesPartition(tenantId, webhookEndpointId);
      return listIndexed<DeliveryRecord>(table, page, {
        scope: { tenantId, list: partition },
        partition,
        readPosition: readDeliveryPosition,
        buildKey: (position) => deliveryKey(tenantId, readPositionId(position)),
        parse: (item) => parseRecord(deliveryRecordSchema, item),
      });
    },
    update: async (tenantId, deliveryId, expect, set) => {
      // The index key depends on `status` and `nextAttemptAtMs`. If a change sets only one, the other is read first.
      const needsCurrent = (set.status === undefined) !== (set.nextAttemptAtMs === undefined);
      for (;;) {
        const current = needsCurrent ? await get(tenantId, deliveryId) : null;
        if (needsCurrent && current === null) return null;
        const result = await updateOnce(table, { tenantId, deliveryId }, expect, set, current);
        if (result !== 'rescheduled') return result;
      }
    },
    remove: (tenantId, deliveryId) => table.remove(deliveryKey(tenantId, deliveryId)),
    listDue: (atMs, limit) => listDue(table, atMs, limit),
  };
}

/** Builds a delivery's keys in the index of due work; null keys if it is not pending or has no next attempt. */
function placeDelivery(id: string, { status, nextAttemptAtMs }: Pick<DeliveryRecord, 'status' | 'nextAttemptAtMs'>) {
  return buildDuePlace(duePartition, status === 'pending' ? nextAttemptAtMs : null, id);
}

/** Updates a delivery. Returns `rescheduled` if it changed after `current` was read, so that the caller tries again. */
async function updateOnce(
  table: ItemTable,
  { tenantId, deliveryId }: Pick<DeliveryRecord, 'tenantId' | 'deliveryId'>,
  expect: Expect<DeliveryRecord>,
  set: Partial<DeliveryRecord>,
  current: DeliveryRecord | null,
): Promise<DeliveryRecord | null | 'rescheduled'> {
  if (isImpossible(expect)) return null;
  const key = deliveryKey(tenantId, deliveryId);
  const { status = current?.status, nextAttemptAtMs = current?.nextAttemptAtMs } = set;
  const place =
    status === undefined || nextAttemptAtMs === undefined ? {} : placeDelivery(deliveryId, { status, nextAttemptAtMs });
  const unchanged: Expect<DeliveryRecord> =
    current === null ? {} : { status: current.status, nextAttemptAtMs: current.nextAttemptAtMs };
  const conditions = [...buildExpectations(expect), ...buildExpectations(unchanged)];
  const item = await table.update(key, { set: { ...set, ...place } }, conditions);
  if (item !== null) return parseRecord(deliveryRecordSchema, item);
  if (current === null) return null;
  const latest = parseFound(deliveryRecordSchema, await table.get(key));
  const isUnchanged = latest?.status === current.status && latest.nextAttemptAtMs === current.nextAttemptAtMs;
  return latest === null || isUnchanged ? null : 'rescheduled';
}

/** Lists due deliveries. Reads candidates from the index, then the items from the table to check which are due. */
async function listDue(table: ItemTable, atMs: number, limit: number): Promise<DeliveryRecord[]> {
  const due: DeliveryRecord[] = [];
  if (limit < 1) return due;
  const range = { from: dueSortKey(0, ''), to: dueSortKey(Math.floor(atMs), '~') };
  const isDue = ({ status, nextAttemptAtMs }: DeliveryRecord) =>
    status === 'pending' && nextAttemptAtMs !== null && nextAttemptAtMs <= atMs;
  let pending: Item[] = [];
  const readPending = async () => {
    const items = await table.getMany(pending.map(readTableKey));
    pending = [];
    due.push(...items.map((item) => parseRecord(deliveryRecordSchema, item)).filter(isDue));
  };
  for await (const key of table.query({ partition: duePartition, index: 'gsi2', range, pageSize: limit })) {
    pending.push(key);
    if (pending.length < limit - due.length) continue;
    await readPending();
    if (due.length >= limit) break;
  }
  await readPending();
  return due.slice(0, limit);
}
