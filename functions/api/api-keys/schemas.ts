import { z } from 'zod';
import { idSchema } from '../../../shared/ids/ids.ts';
import type { Page } from '../../../shared/ports.ts';
import { apiScopes } from '../../../shared/records/api-scope.ts';
import { isoInstant, isoInstantOrNull } from '../../../shared/records/iso-instant.ts';
import type { ApiKeyRecord } from '../../../shared/records/records.ts';
import { instantSchema, pageSchema } from '../http/common-schemas.ts';

const scopes = z.array(z.enum(apiScopes)).min(1).max(apiScopes.length);

export const apiKeyBodySchema = z
  .strictObject({
    name: z.string().min(1).max(200),
    scopes: scopes.describe('What the key may do; none that the asking key lacks'),
    expiresAt: z.iso.datetime({ offset: true }).optional().describe('Refused from then on; never if left out'),
    tenantId: z
      .union([z.literal('new'), idSchema('tenant')])
      .optional()
      .describe(
        'Another tenant, or "new" for one that starts with this key; needs the scope admin. Your own if left out',
      ),
  })
  .meta({ id: 'ApiKeyInput', examples: [{ name: 'ci', scopes: ['runs:read', 'runs:write'] }] });

export const apiKeySchema = z
  .object({
    apiKeyId: idSchema('apiKey'),
    tenantId: idSchema('tenant'),
    name: z.string(),
    scopes: z.array(z.enum(apiScopes)),
    createdAt: instantSchema,
    expiresAt: instantSchema.nullable(),
  })
  .meta({ id: 'ApiKey' });
type ApiKeyView = z.infer<typeof apiKeySchema>;

export const createdApiKeySchema = apiKeySchema
  .extend({ key: z.string().describe('Shown this once: only its hash is kept') })
  .meta({ id: 'CreatedApiKey' });

export const apiKeyPageSchema = pageSchema(apiKeySchema).meta({ id: 'ApiKeyPage' });

export function toApiKeyView(record: ApiKeyRecord): ApiKeyView {
  const { apiKeyId, tenantId, name, scopes: granted, createdAtMs, expiresAtMs } = record;
  return {
    apiKeyId,
    tenantId,
    name,
    scopes: granted,
    createdAt: isoInstant(createdAtMs),
    expiresAt: isoInstantOrNull(expiresAtMs),
  };
}

export function toApiKeyPage(page: Page<ApiKeyRecord>): z.infer<typeof apiKeyPageSchema> {
  return { items: page.items.map(toApiKeyView), cursor: page.cursor };
}
