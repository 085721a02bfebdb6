import { z } from 'zod';
import { idSchema } from '../ids/ids.ts';

const atMs = z.number();

/** One request to an operation that writes, or that reveals a secret. It contains no input of the request. */
export const auditEventSchema = z.object({
  auditEventId: idSchema('auditEvent'),
  tenantId: idSchema('tenant'),
  apiKeyId: idSchema('apiKey').describe('API key of the caller'),
  operationId: z.string().describe('Operation in the OpenAPI document'),
  resourceId: z.string().nullable().describe('Id or name of the resource. Null if the request names none'),
  status: z.int().describe('HTTP status of the response'),
  requestId: z.string().describe('`X-Request-Id` of the response'),
  createdAtMs: atMs,
  expiresAtMs: atMs,
});
export type AuditEvent = z.infer<typeof auditEventSchema>;
