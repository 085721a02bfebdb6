import { z } from 'zod';
import { idSchema } from '../../../shared/ids/ids.ts';
import { apiScopes } from '../../../shared/records/api-scope.ts';
import { apiKeyRecordSchema } from '../../../shared/records/records.ts';
import { instantSchema } from '../http/schemas.ts';

export const apiKeyBodySchema = z
  .strictObject({
    name: z.string().min(1).max(200),
    scopes: z
      .array(z.enum(apiScopes))
      .min(1)
      .max(apiScopes.length)
      .describe('Permissions of the key, limited to the scopes of the calling key'),
    expiresAt: z.iso.datetime({ offset: true }).optional().describe('Expiry date of the key. Default: none'),
    tenantId: z
      .union([z.literal('new'), idSchema('tenant')])
      .optional()
      .describe(
        'Tenant of the key, or "new" for a new tenant. Other tenants require the scope admin. Default: your own tenant',
      ),
  })
  .meta({ id: 'ApiKeyInput', examples: [{ name: 'ci', scopes: ['runs:read', 'runs:write'] }] });

export const apiKeySchema = apiKeyRecordSchema
  .pick({ apiKeyId: true, tenantId: true, name: true, scopes: true })
  .extend({ createdAt: instantSchema, expiresAt: instantSchema.nullable() })
  .meta({ id: 'ApiKey' });

export const createdApiKeySchema = apiKeySchema
  .extend({ key: z.string().describe('The key, shown only once. The service stores its hash') })
  .meta({ id: 'CreatedApiKey' });
