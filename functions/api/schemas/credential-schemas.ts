import { z } from 'zod';
import { awsCredentialRemedy } from '../../../shared/domain/aws-credential.ts';
import { idSchema } from '../../../shared/domain/ids.ts';
import { keyFormOf } from '../../../shared/domain/key-form.ts';
import type { CredentialRecord } from '../../../shared/domain/records.ts';
import { secretPattern, secretPatternMessage } from '../../../shared/domain/target-auth.ts';
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
      .regex(secretPattern, secretPatternMessage)
      .refine((text) => keyFormOf(text) !== 'json', `is JSON without AWS credentials; ${awsCredentialRemedy}`)
      .describe('Write-only: stored encrypted, and never given back. AWS credentials are given as JSON')
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
