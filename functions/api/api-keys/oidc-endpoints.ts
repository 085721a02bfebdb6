import { idSchema } from '../../../shared/ids/ids.ts';
import { oidcRuleRecordSchema } from '../../../shared/records/oidc-rule.ts';
import { defineJsonAnswer, showRecord } from '../http/answers.ts';
import { auditAction } from '../http/auth/audit-request.ts';
import { defineJsonBody } from '../http/body/define-json-body.ts';
import { defineOpenEndpoint } from '../http/define-endpoint.ts';
import { defineCreate, defineDelete, defineReads, defineResource } from '../http/define-resource.ts';
import { instantSchema } from '../http/schemas.ts';
import { createOidcRule, oidcRuleBodySchema } from './create-oidc-rule.ts';
import { exchangeToken, tokenBodySchema } from './exchange-token.ts';
import { revokeOidcRule } from './revoke-api-key.ts';
import { createdApiKeySchema, showCreatedKey } from './schemas.ts';

const oidcRuleSchema = oidcRuleRecordSchema
  .omit({ createdAtMs: true, expiresAtMs: true })
  .extend({
    createdBy: idSchema('apiKey').describe('API key that created the rule'),
    createdAt: instantSchema,
    expiresAt: instantSchema.nullable().describe('Expiry date of the key that created the rule'),
  })
  .meta({ id: 'OidcRule' });

const oidcRules = defineResource({
  kind: 'oidcRule',
  path: '/v1/oidc-rules',
  tag: 'API keys',
  scopes: { read: 'api-keys:read', write: 'api-keys:write' },
  schema: oidcRuleSchema,
  store: (deps) => deps.oidcRules,
  show: (record) => showRecord(oidcRuleSchema, record),
});

export const oidcEndpoints = [
  defineCreate(oidcRules, {
    description: 'Jobs of a CI provider whose tokens match the rule can exchange them for short-lived keys.',
    errors: ['CONFLICT'],
    body: defineJsonBody(oidcRuleBodySchema),
    create: ({ deps, principal, body }, { resourceId }) => createOidcRule(deps, principal, body, resourceId),
  }),
  ...defineReads(oidcRules),
  defineDelete(oidcRules, {
    description: 'Also revokes the keys that tokens were exchanged for.',
    remove: ({ id, ...call }) => revokeOidcRule(call, id),
  }),
  defineOpenEndpoint({
    operationId: 'exchangeOidcToken',
    method: 'post',
    path: '/v1/oidc-tokens',
    tag: 'API keys',
    summary: 'Exchange an OIDC token for an API key',
    description: 'Needs no API key. The key has the scopes of the rule and expires soon. A token works once.',
    body: defineJsonBody(tokenBodySchema),
    errors: ['UNAUTHENTICATED', 'RATE_LIMITED', 'QUOTA_EXCEEDED', 'UNAVAILABLE'],
    answers: { 201: defineJsonAnswer('The new key, shown only once', createdApiKeySchema) },
    handle: async ({ c, deps, body }) => {
      const created = await exchangeToken(deps, body);
      const principal = created.record;
      const facts = { operationId: 'exchangeOidcToken', resourceId: body.oidcRuleId, status: 201 };
      await auditAction({ c, deps, principal }, facts);
      return c.json(showCreatedKey(created), 201);
    },
  }),
];
