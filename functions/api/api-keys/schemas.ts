import { z } from 'zod';
import { apiKeyRecordSchema } from '../../../shared/records/records.ts';
import { showRecord } from '../http/answers.ts';
import { instantSchema } from '../http/schemas.ts';
import type { CreatedApiKey } from './create-api-key.ts';

export const apiKeySchema = apiKeyRecordSchema
  .pick({ apiKeyId: true, tenantId: true, name: true, scopes: true })
  .extend({
    createdAt: instantSchema,
    expiresAt: instantSchema.nullable(),
    lastUsedAt: instantSchema.nullable().describe('Time of the last use, up to a minute earlier. Null if never used'),
  })
  .meta({ id: 'ApiKey' });

export const createdApiKeySchema = apiKeySchema
  .extend({ key: z.string().describe('The key, shown only once. The service stores its hash') })
  .meta({ id: 'CreatedApiKey' });

export function showCreatedKey({ record, key }: CreatedApiKey): z.output<typeof createdApiKeySchema> {
  return showRecord(createdApiKeySchema, { ...record, key });
}
