import { z } from 'zod';
import { credentialRecordSchema } from '../../../shared/records/records.ts';
import { awsCredentialRemedy, detectKeyForm, keySchema } from '../../../shared/spec/target-key.ts';
import { instantSchema } from '../http/schemas.ts';

export const credentialBodySchema = z
  .strictObject({
    name: z.string().min(1).max(200),
    apiKey: keySchema
      .refine(
        (text) => detectKeyForm(text) !== 'json',
        `is JSON but does not contain AWS credentials; ${awsCredentialRemedy}`,
      )
      .describe('API key of the target, or AWS credentials as JSON. Write-only: stored encrypted and never returned')
      .meta({ writeOnly: true }),
    origin: z
      .string()
      .max(500)
      .refine(
        (text) => URL.canParse(text) && new URL(text).origin === text,
        'is not an origin; use a scheme and host without a path, such as https://api.example.com',
      )
      .optional()
      .describe(
        'The only origin that may receive the key. Without it, anyone who can create runs can send the key to any origin',
      ),
  })
  .meta({
    id: 'CredentialInput',
    examples: [{ name: 'anyscale', apiKey: 'sk-example', origin: 'https://api.example.com' }],
  });

export const credentialSchema = credentialRecordSchema
  .pick({ credentialId: true, name: true })
  .extend({
    lastFour: z.string().nullable().describe('Last four characters of the key. Null for short keys'),
    origin: z.string().nullable().describe('The only origin that may receive the key. Null means any origin'),
    createdAt: instantSchema,
  })
  .meta({ id: 'Credential' });
