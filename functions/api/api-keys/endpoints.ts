import type { ApiKeyRecord } from '../../../shared/records/records.ts';
import { apiKeySecretBytes } from '../http/auth/api-key-text.ts';
import { jsonBody } from '../http/body/json-body.ts';
import { defineCreate, defineDelete, defineGet, defineList } from '../http/define-resource.ts';
import { showRecord } from '../http/show-record.ts';
import { createApiKey } from './create-api-key.ts';
import { apiKeyBodySchema, apiKeySchema, createdApiKeySchema } from './schemas.ts';

const apiKeys = {
  kind: 'apiKey',
  path: '/v1/api-keys',
  tag: 'API keys',
  scopes: { read: 'api-keys:read', write: 'api-keys:write' },
  schema: apiKeySchema,
  show: (record: ApiKeyRecord) => showRecord(apiKeySchema, record),
} as const;

const createdApiKeys = {
  ...apiKeys,
  schema: createdApiKeySchema,
  show: ({ record, key }: Awaited<ReturnType<typeof createApiKey>>) =>
    showRecord(createdApiKeySchema, { ...record, key }),
};

export const apiKeyEndpoints = [
  defineCreate(createdApiKeys, {
    operationId: 'createApiKey',
    summary: 'Create an API key',
    description:
      'Only this response contains the key; the service stores its hash. A key can grant only its own scopes.',
    answer: 'The new key, shown only once',
    body: jsonBody(apiKeyBodySchema),
    secretBytes: apiKeySecretBytes,
    create: ({ deps, principal, body }, { resourceId, secret }) => {
      if (secret === null) throw new Error('Cannot create an API key without a secret');
      return createApiKey(deps, principal, body, { apiKeyId: resourceId, secret });
    },
  }),
  defineList(apiKeys, {
    operationId: 'listApiKeys',
    summary: 'List API keys',
    load: ({ deps, tenantId }, page) => deps.apiKeys.list(tenantId, page),
  }),
  defineGet(apiKeys, {
    operationId: 'getApiKey',
    summary: 'Get an API key',
    find: ({ deps, tenantId, id }) => deps.apiKeys.get(tenantId, id),
  }),
  defineDelete(apiKeys, {
    operationId: 'revokeApiKey',
    summary: 'Revoke an API key',
    description: 'The revocation applies to the next request. A key can revoke itself.',
    remove: ({ deps, tenantId, id }) => deps.apiKeys.remove(tenantId, id),
  }),
];
