import type { Clock } from '../../../ports.ts';
import { apiKeyRecordSchema, credentialRecordSchema } from '../../../records/records.ts';
import type { ApiKeyPlace, ApiKeyStore, CredentialStore } from '../../../tenant-stores.ts';
import { anyOf, attributeIs, isAbsent, itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { apiKeyChildPrefix, tenantPartition } from '../keys.ts';
import { buildTtl, parseRecord } from '../record.ts';
import { openTenantItems } from '../tenant-items.ts';

type WallClock = Pick<Clock, 'nowMs'>;

const isUnexpired =
  (clock: WallClock) =>
  ({ expiresAtMs }: { expiresAtMs: number | null }) =>
    expiresAtMs === null || expiresAtMs > clock.nowMs();

const apiKeyChildSchema = apiKeyRecordSchema.pick({ tenantId: true, apiKeyId: true });

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
    touch: async (tenantId, apiKeyId, atMs, everyMs) => {
      const isDue = anyOf(isAbsent('lastUsedAtMs'), attributeIs('lastUsedAtMs', '<=', atMs - everyMs));
      await table.update(items.buildKey(tenantId, apiKeyId), { set: { lastUsedAtMs: atMs } }, [isDue]);
    },
    addChild: async (parent, { tenantId, apiKeyId, expiresAtMs }) => {
      const sk = `${apiKeyChildPrefix(parent.apiKeyId)}${apiKeyId}`;
      await table.put({ pk: tenantPartition(parent.tenantId), sk, tenantId, apiKeyId, ...buildTtl(expiresAtMs) });
    },
    listChildren: async ({ tenantId, apiKeyId }) => {
      const range = { prefix: apiKeyChildPrefix(apiKeyId) };
      const children: ApiKeyPlace[] = [];
      for await (const item of table.query({ partition: tenantPartition(tenantId), index: null, range }))
        children.push(parseRecord(apiKeyChildSchema, item));
      return children;
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
