import type { Clock } from '../../../ports.ts';
import { oidcRuleRecordSchema } from '../../../records/oidc-rule.ts';
import type { OidcRuleStore } from '../../../tenant-stores.ts';
import { itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { tenantPartition } from '../keys.ts';
import { parseEach } from '../list-page.ts';
import { buildTtl, type Item, parseRecord } from '../record.ts';
import { openTenantItems } from '../tenant-items.ts';

export function createOidcRuleStore(table: ItemTable, clock: Pick<Clock, 'nowMs'>): OidcRuleStore {
  const items = openTenantItems(table, {
    schema: oidcRuleRecordSchema,
    kind: 'OIDC_RULE',
    identify: ({ tenantId, oidcRuleId: id, createdAtMs }) => ({ tenantId, id, createdAtMs }),
    isLive: ({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > clock.nowMs(),
  });
  return {
    ...items,
    create: async (rule) => {
      await table.put({ ...items.toItem(rule), ...buildTtl(rule.expiresAtMs) }, itemIsAbsent);
    },
    listAll: async (tenantId) => {
      const found: Item[] = [];
      const range = { prefix: 'OIDC_RULE#' };
      for await (const item of table.query({ partition: tenantPartition(tenantId), index: null, range }))
        found.push(item);
      return parseEach(table, found, (item) => parseRecord(oidcRuleRecordSchema, item));
    },
  };
}
