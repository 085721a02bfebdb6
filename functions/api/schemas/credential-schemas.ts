import { z } from 'zod';
import { idSchema } from '../../../shared/domain/ids.ts';
import type { CredentialRecord } from '../../../shared/domain/records.ts';
import type { Page } from '../../../shared/ports.ts';
import { isoInstant } from '../iso-instant.ts';
import { instantSchema, pageSchema } from './common-schemas.ts';

export const credentialBodySchema = z
  .strictObject({
    name: z.string().min(1).max(200),
    apiKey: z
      .string()
      .min(1)
      .max(4_096)
      .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces')
      .describe('Write-only: stored encrypted, and never given back')
      .meta({ writeOnly: true }),
  })
  .meta({ id: 'CredentialInput', examples: [{ name: 'anyscale', apiKey: 'sk-example' }] });

export const credentialSchema = z
  .object({
    credentialId: idSchema('credential'),
    name: z.string(),
    lastFour: z.string().nullable().describe('To tell keys apart; null for short ones'),
    createdAt: instantSchema,
  })
  .meta({ id: 'Credential' });
type CredentialView = z.infer<typeof credentialSchema>;

export const credentialPageSchema = pageSchema(credentialSchema).meta({ id: 'CredentialPage' });

export function toCredentialView(record: CredentialRecord): CredentialView {
  const { credentialId, name, lastFour, createdAtMs } = record;
  return { credentialId, name, lastFour, createdAt: isoInstant(createdAtMs) };
}

export function toCredentialPage(page: Page<CredentialRecord>): z.infer<typeof credentialPageSchema> {
  return { items: page.items.map(toCredentialView), cursor: page.cursor };
}
