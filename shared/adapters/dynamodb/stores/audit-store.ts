import { encodeIdTime } from '../../../ids/ids.ts';
import { type AuditEvent, auditEventSchema } from '../../../records/audit-event.ts';
import type { AuditStore } from '../../../tenant-stores.ts';
import type { ItemTable } from '../item-table.ts';
import { tenantItemKey, tenantPartition } from '../keys.ts';
import { listMatching } from '../list-matching.ts';
import { parseEach } from '../list-page.ts';
import { buildTtl, parseRecord, toAttributes } from '../record.ts';

const kind = 'AUDIT_EVENT';

export function createAuditStore(table: ItemTable, clock: { nowMs(): number }): AuditStore {
  return {
    put: async (event) => {
      const key = tenantItemKey(event.tenantId, kind, event.auditEventId);
      await table.put({ ...key, ...toAttributes(event), ...buildTtl(event.expiresAtMs) });
    },
    list: async (tenantId, filter, page) => {
      const { createdFromMs = 0, createdBeforeMs = Number.MAX_SAFE_INTEGER, ...wanted } = filter;
      if (createdBeforeMs <= createdFromMs) return { items: [], cursor: null };
      const from = `${kind}#${encodeIdTime('auditEvent', createdFromMs)}`;
      // The last character sorts after all characters of ids.
      const to = `${kind}#${encodeIdTime('auditEvent', createdBeforeMs - 1)}~`;
      const matches = (event: AuditEvent) =>
        event.expiresAtMs > clock.nowMs() &&
        (wanted.apiKeyId ?? event.apiKeyId) === event.apiKeyId &&
        (wanted.operationId ?? event.operationId) === event.operationId &&
        (wanted.resourceId ?? event.resourceId) === event.resourceId;
      return listMatching<AuditEvent>(table, page, matches, {
        // A cursor is valid only for the same filter, because its position must be in the range.
        scope: { tenantId, list: `${kind} ${JSON.stringify(filter)}` },
        query: {
          partition: tenantPartition(tenantId),
          index: null,
          range: { from, to },
        },
        buildKey: (id) => tenantItemKey(tenantId, kind, id),
        readPosition: ({ auditEventId }) => auditEventId,
        read: (items) => parseEach(table, items, (item) => parseRecord(auditEventSchema, item)),
      });
    },
  };
}
