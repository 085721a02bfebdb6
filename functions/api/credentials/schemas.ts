import { z } from 'zod';
import { credentialRecordSchema } from '../../../shared/records/records.ts';
import { awsCredentialRemedy, detectKeyForm, keySchema } from '../../../shared/spec/target-key.ts';
import { instantSchema } from '../http/schemas.ts';

export const credentialBodySchema = z
  .strictObject({
    name: z.string().min(1).max(200),
    apiKey: keySchema
      .refine((text) => detectKeyForm(text) !== 'json', `is JSON without AWS credentials; ${awsCredentialRemedy}`)
      .describe('Write-only: stored encrypted, and never given back. AWS credentials are given as JSON')
      .meta({ writeOnly: true }),
    origin: z
      .string()
      .max(500)
      .refine(
        (text) => URL.canParse(text) && new URL(text).origin === text,
        'is not an origin, such as https://api.example.com',
      )
      .optional()
      .describe('The only origin the key may be sent to; without it, whoever may create runs may send it anywhere'),
  })
  .meta({
    id: 'CredentialInput',
    examples: [{ name: 'anyscale', apiKey: 'sk-example', origin: 'https://api.example.com' }],
  });

export const credentialSchema = credentialRecordSchema
  .pick({ credentialId: true, name: true })
  .extend({
    lastFour: z.string().nullable().describe('To tell keys apart; null for short ones'),
    origin: z.string().nullable().describe('The only origin it may be sent to; null: any'),
    createdAt: instantSchema,
  })
  .meta({ id: 'Credential' });
