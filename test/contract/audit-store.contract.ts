import { describe, expect, it } from 'vitest';
import type { Stores } from '../../shared/ports.ts';
import type { AuditEvent } from '../../shared/records/audit-event.ts';
import type { AuditFilter } from '../../shared/tenant-stores.ts';
import { expectRefusedCursors, listAll } from './list-all.ts';
import { ids } from './make-record.ts';

/** Contract of `AuditStore`, for any implementation. */
export function describeAuditStore(stores: () => Stores, clock: () => { atMs: number }): void {
  describe('AuditStore', () => {
    const tenantId = ids.next('tenant');
    const apiKeyIds = [ids.next('apiKey'), ids.next('apiKey')];
    const makeEvent = (index: number): AuditEvent => ({
      auditEventId: ids.next('auditEvent'),
      tenantId,
      apiKeyId: apiKeyIds[index % 2] ?? '',
      operationId: index % 3 === 0 ? 'deleteRun' : 'createRun',
      resourceId: index === 4 ? null : `run_${index}`,
      status: 202,
      requestId: `req_${index}`,
      createdAtMs: clock().atMs,
      expiresAtMs: clock().atMs + 1_000,
    });
    const list = (filter: AuditFilter, limit = 3) =>
      listAll((page) => stores().audit.list(tenantId, filter, page), limit);

    it('lists the events that match, newest first, and continues over pages', async () => {
      const { audit } = stores();
      const events = Array.from({ length: 8 }, (_, index) => makeEvent(index));
      for (const event of events) await audit.put(event);
      await audit.put({ ...makeEvent(9), tenantId: ids.next('tenant') });
      const newest = events.toReversed();
      expect((await list({})).flat()).toEqual(newest);
      const [apiKeyId] = apiKeyIds;
      expect((await list({ apiKeyId })).flat()).toEqual(newest.filter((event) => event.apiKeyId === apiKeyId));
      const rare = { operationId: 'deleteRun', apiKeyId };
      expect((await list(rare, 1)).flat().map(({ resourceId }) => resourceId)).toEqual(['run_6', 'run_0']);
      expect((await list({ resourceId: 'run_5' })).flat()).toEqual([events[5]]);
      const { cursor } = await audit.list(tenantId, {}, { limit: 1, cursor: null });
      await expectRefusedCursors(cursor, (page) => audit.list(tenantId, { apiKeyId }, page));
    });

    it('lists the events of a period, and omits expired ones', async () => {
      const atMs = Date.now();
      expect((await list({ createdFromMs: atMs - 60_000, createdBeforeMs: atMs + 60_000 })).flat()).toHaveLength(8);
      expect((await list({ createdBeforeMs: atMs - 60_000 })).flat()).toEqual([]);
      expect((await list({ createdFromMs: atMs, createdBeforeMs: atMs })).flat()).toEqual([]);
      expect((await list({ createdFromMs: atMs + 60_000 })).flat()).toEqual([]);
      clock().atMs += 2_000;
      expect((await list({})).flat()).toEqual([]);
      clock().atMs -= 2_000;
    });
  });
}
