import { type DeliveryRecord, deliveryRecordSchema } from '../../../records/webhooks.ts';
import type { DeliveryFilter, Page, PageRequest } from '../../../tenant-stores.ts';
import type { ItemTable } from '../item-table.ts';
import { type ItemKey, tenantItemKey, tenantPartition } from '../keys.ts';
import { listMatching } from '../list-matching.ts';
import { createPosition, parseEach, readPositionId } from '../list-page.ts';
import { parseRecord } from '../record.ts';

export const deliveriesPartition = (tenantId: string, endpointId: string) =>
  `${tenantPartition(tenantId)}#ENDPOINT#${endpointId}`;

export const tenantDeliveriesPartition = (tenantId: string) => `${tenantPartition(tenantId)}#DELIVERIES`;

/** Key of an extra item that puts a delivery in its tenant's list. The main item is in the list of its endpoint. */
export const tenantPlaceKey = (tenantId: string, deliveryId: string): ItemKey => ({
  pk: tenantPartition(tenantId),
  sk: `DELIVERY_PLACE#${deliveryId}`,
});

/**
 * Reads one page of the deliveries that match. Reads the list of one endpoint if the filter names it, and the list of
 * the tenant otherwise, which has no deliveries that version 0.1.0 stored.
 */
export async function findDeliveries(
  table: ItemTable,
  tenantId: string,
  filter: DeliveryFilter,
  page: PageRequest,
): Promise<Page<DeliveryRecord>> {
  const { webhookEndpointId, createdFromMs = 0, createdBeforeMs = Number.MAX_SAFE_INTEGER, ...wanted } = filter;
  if (createdBeforeMs <= createdFromMs) return { items: [], cursor: null };
  const partition =
    webhookEndpointId === undefined
      ? tenantDeliveriesPartition(tenantId)
      : deliveriesPartition(tenantId, webhookEndpointId);
  const mainKey = (position: string) => tenantItemKey(tenantId, 'DELIVERY', readPositionId(position));
  const buildKey = (position: string) =>
    webhookEndpointId === undefined ? tenantPlaceKey(tenantId, readPositionId(position)) : mainKey(position);
  const matches = (delivery: DeliveryRecord) =>
    (wanted.status ?? delivery.status) === delivery.status &&
    (wanted.eventType ?? delivery.eventType) === delivery.eventType &&
    (wanted.runId ?? delivery.runId) === delivery.runId;
  return listMatching<DeliveryRecord>(table, page, matches, {
    // A cursor is valid only for the same filter, because its position must be in the range.
    scope: { tenantId, list: `deliveries ${JSON.stringify(filter)}` },
    query: {
      partition,
      index: 'gsi1',
      range: { from: createPosition(createdFromMs, ''), to: createPosition(createdBeforeMs - 1, '~') },
    },
    readPosition: ({ createdAtMs, deliveryId }) => createPosition(createdAtMs, deliveryId),
    buildKey: (position) => ({ ...buildKey(position), gsi1pk: partition, gsi1sk: position }),
    read: async (found) => {
      const keys = found.map((item) => mainKey(String(item['gsi1sk'])));
      return parseEach(table, await table.getMany(keys), (item) => parseRecord(deliveryRecordSchema, item));
    },
  });
}
