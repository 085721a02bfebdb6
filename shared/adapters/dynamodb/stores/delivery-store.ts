import type { DeliveryStore, Expect } from '../../../ports.ts';
import { type DeliveryRecord, deliveryRecordSchema } from '../../../records/webhooks.ts';
import { buildExpectations, isImpossible, itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { dueSortKey, tenantItemKey, tenantPartition } from '../keys.ts';
import { createPosition, listIndexed, readPositionId, readTableKey } from '../list-page.ts';
import { type Item, parseFound, parseRecord, toAttributes } from '../record.ts';

const duePartition = 'DUE';
const deliveryKey = (tenantId: string, deliveryId: string) => tenantItemKey(tenantId, 'DELIVERY', deliveryId);
const endpointPartition = (tenantId: string, endpointId: string) =>
  `${tenantPartition(tenantId)}#ENDPOINT#${endpointId}`;

export function createDeliveryStore(table: ItemTable): DeliveryStore {
  const get: DeliveryStore['get'] = async (tenantId, deliveryId) =>
    parseFound(deliveryRecordSchema, await table.get(deliveryKey(tenantId, deliveryId)));
  return {
    create: (delivery) =>
      table.put(
        {
          ...deliveryKey(delivery.tenantId, delivery.deliveryId),
          ...toAttributes(delivery),
          gsi1pk: endpointPartition(delivery.tenantId, delivery.webhookEndpointId),
          gsi1sk: createPosition(delivery.createdAtMs, delivery.deliveryId),
          ...toAttributes(dueAttributes(delivery.deliveryId, delivery)),
        },
        itemIsAbsent,
      ),
    get,
    listByEndpoint: (tenantId, webhookEndpointId, page) => {
      const partition = endpointPartition(tenantId, webhookEndpointId);
      return listIndexed<DeliveryRecord>(table, page, {
        scope: { tenantId, list: partition },
        partition,
        positionOf: ({ createdAtMs, deliveryId }) => createPosition(createdAtMs, deliveryId),
        keyOf: (place) => deliveryKey(tenantId, readPositionId(place)),
        parse: (item) => parseRecord(deliveryRecordSchema, item),
      });
    },
    update: async (tenantId, deliveryId, expect, set) => {
      for (;;) {
        const scheduled = isPartial(set) ? await get(tenantId, deliveryId) : null;
        if (isPartial(set) && scheduled === null) return null;
        const result = await updateOnce(table, { tenantId, deliveryId }, expect, set, scheduled);
        if (result !== 'rescheduled') return result;
      }
    },
    remove: (tenantId, deliveryId) => table.remove(deliveryKey(tenantId, deliveryId)),
    listDue: (atMs, limit) => listDue(table, atMs, limit),
  };
}

type Schedule = Pick<DeliveryRecord, 'status' | 'nextAttemptAtMs'>;

/** Where a delivery stands in the work index: nowhere, unless it is pending and has an instant to be sent at. */
function dueAttributes(deliveryId: string, { status, nextAttemptAtMs }: Schedule) {
  return status === 'pending' && nextAttemptAtMs !== null
    ? { gsi2pk: duePartition, gsi2sk: dueSortKey(nextAttemptAtMs, deliveryId) }
    : { gsi2pk: null, gsi2sk: null };
}

/** One of the two attributes that the place in the work index follows from is set without the other. */
function isPartial(set: Partial<DeliveryRecord>): boolean {
  return (set.status === undefined) !== (set.nextAttemptAtMs === undefined);
}

/** `rescheduled`: the schedule that was read is no longer the one stored, so the place in the index must be worked out again. */
async function updateOnce(
  table: ItemTable,
  { tenantId, deliveryId }: Pick<DeliveryRecord, 'tenantId' | 'deliveryId'>,
  expect: Expect<DeliveryRecord>,
  set: Partial<DeliveryRecord>,
  current: DeliveryRecord | null,
): Promise<DeliveryRecord | null | 'rescheduled'> {
  if (isImpossible(expect)) return null;
  const status = set.status ?? current?.status;
  const nextAttemptAtMs = set.nextAttemptAtMs === undefined ? current?.nextAttemptAtMs : set.nextAttemptAtMs;
  const place =
    status === undefined || nextAttemptAtMs === undefined ? {} : dueAttributes(deliveryId, { status, nextAttemptAtMs });
  const unchanged: Expect<DeliveryRecord> =
    current === null ? {} : { status: current.status, nextAttemptAtMs: current.nextAttemptAtMs };
  const conditions = [...buildExpectations(expect), ...buildExpectations(unchanged)];
  const item = await table.update(deliveryKey(tenantId, deliveryId), { set: { ...set, ...place } }, conditions);
  if (item !== null) return parseRecord(deliveryRecordSchema, item);
  if (current === null) return null;
  const latest = parseFound(deliveryRecordSchema, await table.get(deliveryKey(tenantId, deliveryId)));
  const same = latest?.status === current.status && latest.nextAttemptAtMs === current.nextAttemptAtMs;
  return latest === null || same ? null : 'rescheduled';
}

/** The index says which may be due; the items themselves, read after it, say which are. */
async function listDue(table: ItemTable, atMs: number, limit: number): Promise<DeliveryRecord[]> {
  const due: DeliveryRecord[] = [];
  if (limit < 1) return due;
  const range = { from: dueSortKey(0, ''), to: dueSortKey(Math.floor(atMs), '~') };
  let pending: Item[] = [];
  const readPending = async () => {
    const items = await table.getMany(pending.map(readTableKey));
    const records = items.map((item) => parseRecord(deliveryRecordSchema, item));
    pending = [];
    due.push(
      ...records.filter(
        ({ status, nextAttemptAtMs }) => status === 'pending' && nextAttemptAtMs !== null && nextAttemptAtMs <= atMs,
      ),
    );
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
