import type { ApiKeyStore, Clock, CredentialStore } from '../../../ports.ts';
import { apiKeyRecordSchema, credentialRecordSchema } from '../../../records/records.ts';
import { itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { buildTtl, toAttributes } from '../record.ts';
import { openTenantItems } from '../tenant-items.ts';

type WallClock = Pick<Clock, 'nowMs'>;

const isUnexpired =
  (clock: WallClock) =>
  ({ expiresAtMs }: { expiresAtMs: number | null }) =>
    expiresAtMs === null || expiresAtMs > clock.nowMs();

export function createApiKeyStore(table: ItemTable, clock: WallClock): ApiKeyStore {
  const { buildKey, ...items } = openTenantItems(table, {
    schema: apiKeyRecordSchema,
    kind: 'API_KEY',
    readId: ({ apiKeyId }) => apiKeyId,
    isLive: isUnexpired(clock),
  });
  return {
    ...items,
    // Never replaces an existing API key, because a new hash would invalidate the secret that the owner holds.
    create: async (key) => {
      const ttl = buildTtl(key.expiresAtMs);
      await table.put({ ...buildKey(key.tenantId, key.apiKeyId), ...toAttributes(key), ...ttl }, itemIsAbsent);
    },
  };
}

export function createCredentialStore(table: ItemTable, clock: WallClock): CredentialStore {
  const { buildKey, ...items } = openTenantItems(table, {
    schema: credentialRecordSchema,
    kind: 'CREDENTIAL',
    readId: ({ credentialId }) => credentialId,
    isLive: isUnexpired(clock),
    isListed: ({ ephemeral }) => !ephemeral,
  });
  return {
    ...items,
    put: async (credential) => {
      const key = buildKey(credential.tenantId, credential.credentialId);
      await table.put({ ...key, ...toAttributes(credential), ...buildTtl(credential.expiresAtMs) });
    },
  };
}
