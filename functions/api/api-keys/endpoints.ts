import { z } from 'zod';
import { showRecord } from '../http/answers.ts';
import { apiKeySecretBytes } from '../http/auth/admit-request.ts';
import { auditDeletion } from '../http/auth/audit-request.ts';
import { defineJsonBody } from '../http/body/define-json-body.ts';
import { defineCreate, defineDelete, defineReads, defineResource } from '../http/define-resource.ts';
import { apiKeyBodySchema, chooseTenant, createApiKey } from './create-api-key.ts';
import { revokeApiKey } from './revoke-api-key.ts';
import { apiKeySchema, createdApiKeySchema, showCreatedKey } from './schemas.ts';

const apiKeys = defineResource({
  kind: 'apiKey',
  quota: 'apiKeys',
  path: '/v1/api-keys',
  tag: 'API keys',
  scopes: { read: 'api-keys:read', write: 'api-keys:write' },
  schema: apiKeySchema,
  store: (deps) => deps.apiKeys,
  show: (record) => showRecord(apiKeySchema, record),
});

const createdApiKeys = {
  ...apiKeys,
  schema: createdApiKeySchema,
  show: showCreatedKey,
};

export const apiKeyEndpoints = [
  defineCreate(createdApiKeys, {
    description:
      'Only this response contains the key; the service stores its hash. A key can grant only its own scopes, and only until it expires itself.',
    answer: 'The new key, shown only once',
    body: defineJsonBody(apiKeyBodySchema),
    secretBytes: apiKeySecretBytes,
    findTenant: ({ principal, body }, apiKeyId) => chooseTenant(principal, body, apiKeyId),
    create: ({ deps, principal, body }, { resourceId, secret }) => {
      if (secret === null) throw new Error('Internal error: the new API key has no secret');
      return createApiKey(deps, principal, body, { apiKeyId: resourceId, secret });
    },
  }),
  ...defineReads(apiKeys),
  defineDelete(apiKeys, {
    operationId: 'revokeApiKey',
    summary: 'Revoke an API key',
    description: 'The revocation applies to the next request. A key can revoke itself.',
    query: z.object({
      cascade: z
        .enum(['true', 'false'])
        .meta({ id: 'BooleanText' })
        .default('false')
        .describe(
          'Whether to also revoke all keys that the key created, directly or through other keys and OIDC rules. Keys of other tenants are included only if the calling key has the `admin` scope',
        ),
    }),
    remove: ({ id, query, ...call }) => {
      const key = { apiKeyId: id, cascade: query.cascade === 'true' };
      return revokeApiKey(call.deps, call.principal, key, (child) => auditDeletion(call, 'revokeApiKey', child));
    },
  }),
];
