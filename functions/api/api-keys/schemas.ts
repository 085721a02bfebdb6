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
      .describe('What the key may do; none that the asking key lacks'),
    expiresAt: z.iso.datetime({ offset: true }).optional().describe('Refused from then on; never if left out'),
    tenantId: z
      .union([z.literal('new'), idSchema('tenant')])
      .optional()
      .describe(
        'Another tenant, or "new" for one that starts with this key; needs the scope admin. Your own if left out',
      ),
  })
  .meta({ id: 'ApiKeyInput', examples: [{ name: 'ci', scopes: ['runs:read', 'runs:write'] }] });

export const apiKeySchema = apiKeyRecordSchema
  .pick({ apiKeyId: true, tenantId: true, name: true, scopes: true })
  .extend({ createdAt: instantSchema, expiresAt: instantSchema.nullable() })
  .meta({ id: 'ApiKey' });

export const createdApiKeySchema = apiKeySchema
  .extend({ key: z.string().describe('Shown this once: only its hash is kept') })
  .meta({ id: 'CreatedApiKey' });
