import { z } from 'zod';
import { idSchema } from '../../../shared/ids/ids.ts';
import { auditEventSchema } from '../../../shared/records/audit-event.ts';
import { answerPage, defineJsonAnswer, showRecord } from '../http/answers.ts';
import { createdRangeFields, readQueryRange } from '../http/created-range.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { instantSchema, pageQuerySchema, pageSchema } from '../http/schemas.ts';

const auditEventViewSchema = auditEventSchema
  .omit({ tenantId: true, createdAtMs: true, expiresAtMs: true })
  .extend({ createdAt: instantSchema })
  .meta({ id: 'AuditEvent' });

const querySchema = pageQuerySchema.extend({
  apiKeyId: idSchema('apiKey').optional().describe('API key of the caller'),
  operationId: z.string().max(100).optional().describe('Operation in the OpenAPI document'),
  resourceId: z.string().max(100).optional().describe('Id or name of the resource'),
  ...createdRangeFields,
});

export const auditEventEndpoints = [
  defineEndpoint({
    operationId: 'listAuditEvents',
    isTagged: true,
    method: 'get',
    path: '/v1/audit-events',
    tag: 'Service',
    scope: 'admin',
    summary: 'List audit events',
    description:
      "The tenant's requests that write or that reveal a secret, newest first. A page can have fewer items than `limit`; continue until `cursor` is null.",
    query: querySchema,
    answers: {
      200: defineJsonAnswer('A page of audit events', pageSchema(auditEventViewSchema).meta({ id: 'AuditEventPage' })),
    },
    handle: async ({ c, deps, tenantId, query }) => {
      const { limit, cursor = null, createdFrom, createdBefore, ...wanted } = query;
      const filter = { ...wanted, ...readQueryRange({ createdFrom, createdBefore }) };
      const page = await deps.audit.list(tenantId, filter, { limit, cursor });
      return answerPage(c, page, (event) => showRecord(auditEventViewSchema, event));
    },
  }),
];
