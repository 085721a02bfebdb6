import type { ApiKeyStore, Clock, CredentialStore } from '../../../ports.ts';
import { apiKeyRecordSchema, credentialRecordSchema } from '../../../records/records.ts';
import { itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { buildTtl } from '../record.ts';
import { openTenantItems } from '../tenant-items.ts';

type WallClock = Pick<Clock, 'nowMs'>;

const isUnexpired =
  (clock: WallClock) =>
  ({ expiresAtMs }: { expiresAtMs: number | null }) =>
    expiresAtMs === null || expiresAtMs > clock.nowMs();

export function createApiKeyStore(table: ItemTable, clock: WallClock): ApiKeyStore {
  const items = openTenantItems(table, {
    schema: apiKeyRecordSchema,
    kind: 'API_KEY',
    identify: ({ tenantId, apiKeyId: id, createdAtMs }) => ({ tenantId, id, createdAtMs }),
    isLive: isUnexpired(clock),
  });
  return {
    ...items,
    // Never replaces an existing API key, because a new hash would invalidate the secret that the owner holds.
    create: async (key) => {
      await table.put({ ...items.toItem(key), ...buildTtl(key.expiresAtMs) }, itemIsAbsent);
    },
  };
}

export function createCredentialStore(table: ItemTable, clock: WallClock): CredentialStore {
  const items = openTenantItems(table, {
    schema: credentialRecordSchema,
    kind: 'CREDENTIAL',
    identify: ({ tenantId, credentialId: id, createdAtMs }) => ({ tenantId, id, createdAtMs }),
    isLive: isUnexpired(clock),
    isListed: ({ ephemeral }) => !ephemeral,
  });
  return {
    ...items,
    put: async (credential) => {
      await table.put({ ...items.toItem(credential), ...buildTtl(credential.expiresAtMs) });
    },
  };
}
