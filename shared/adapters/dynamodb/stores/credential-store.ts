import type { Clock, CredentialStore } from '../../../ports.ts';
import { credentialRecordSchema } from '../../../records/records.ts';
import type { ItemTable } from '../item-table.ts';
import { tenantItemKey } from '../keys.ts';
import { buildTtl, toAttributes } from '../record.ts';
import { getTenantItem, listTenantItems, type TenantItems } from '../tenant-items.ts';

export function createCredentialStore(table: ItemTable, clock: Pick<Clock, 'nowMs'>): CredentialStore {
  const credentials: TenantItems<typeof credentialRecordSchema.shape> = {
    schema: credentialRecordSchema,
    kind: 'CREDENTIAL',
    idOf: ({ credentialId }) => credentialId,
    isLive: ({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > clock.nowMs(),
    isListed: ({ ephemeral }) => !ephemeral,
  };
  return {
    put: async (credential) => {
      await table.put({
        ...tenantItemKey(credential.tenantId, credentials.kind, credential.credentialId),
        ...toAttributes(credential),
        ...buildTtl(credential.expiresAtMs),
      });
    },
    get: (tenantId, credentialId) => getTenantItem(table, credentials, tenantId, credentialId),
    list: (tenantId, page) => listTenantItems(table, credentials, tenantId, page),
    remove: (tenantId, credentialId) => table.remove(tenantItemKey(tenantId, credentials.kind, credentialId)),
  };
}
