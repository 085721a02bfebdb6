import { z } from 'zod';
import { describeRule } from '../../../shared/errors/schema-rule.ts';
import { credentialRecordSchema } from '../../../shared/records/records.ts';
import { sealCredential } from '../../../shared/runs/seal-secrets.ts';
import { awsCredentialRemedy, detectKeyForm, keySchema } from '../../../shared/spec/target-key.ts';
import { clientKeySchema, noSecrets, secretHeadersSchema, takeSecrets } from '../../../shared/spec/target-secrets.ts';
import type { ApiDeps } from '../compose.ts';
import { showRecord } from '../http/answers.ts';
import { defineJsonBody } from '../http/body/define-json-body.ts';
import { defineCreate, defineDelete, defineReads, defineResource } from '../http/define-resource.ts';
import { instantSchema } from '../http/schemas.ts';

const originPattern = /^https?:\/\/(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;
const originSchema = z
  .string()
  .max(500)
  .refine(
    (text) => originPattern.test(text) && URL.canParse(text) && new URL(text).origin === text,
    describeRule('is not an origin', 'Use a scheme and host without a path, such as https://api.example.com'),
  )
  .meta({ pattern: originPattern.source });

const credentialBodySchema = z
  .strictObject({
    name: z.string().min(1).max(200),
    apiKey: keySchema
      .refine(
        (text) => detectKeyForm(text) !== 'json',
        describeRule('is JSON but does not contain AWS credentials', awsCredentialRemedy),
      )
      .optional()
      .describe('API key of the target, or AWS credentials as JSON. Write-only: stored encrypted and never returned')
      .meta({ writeOnly: true }),
    secretHeaders: secretHeadersSchema.optional(),
    clientKey: clientKeySchema.optional(),
    origin: originSchema
      .optional()
      .describe(
        'The only origin that may receive the key, in its usual form without the default port. Without an origin, anyone who can create runs can send the key to any origin',
      ),
  })
  .refine(
    (body) => takeSecrets(body) !== null,
    describeRule('has no secret', 'Set apiKey, secretHeaders, or clientKey'),
  )
  .meta({
    id: 'CredentialInput',
    description: 'A name, and apiKey, secretHeaders or clientKey',
    examples: [{ name: 'anyscale', apiKey: 'sk-example', origin: 'https://api.example.com' }],
  });

const credentialSchema = credentialRecordSchema
  .pick({ credentialId: true, name: true })
  .extend({
    lastFour: z.string().nullable().describe('Last four characters of the key. Null for short keys, or without a key'),
    origin: z.string().nullable().describe('The only origin that may receive the key. Null means any origin'),
    createdAt: instantSchema,
  })
  .meta({ id: 'Credential' });

/** Wraps the credential store so that it does not return credentials that exist for a single run only. */
function hideEphemeral({ credentials }: Pick<ApiDeps, 'credentials'>) {
  const get = async (tenantId: string, credentialId: string) => {
    const credential = await credentials.get(tenantId, credentialId);
    return credential?.ephemeral === true ? null : credential;
  };
  const remove = async (tenantId: string, credentialId: string) =>
    (await get(tenantId, credentialId)) !== null && credentials.remove(tenantId, credentialId);
  return { list: credentials.list, get, remove };
}

const credentials = defineResource({
  kind: 'credential',
  quota: 'credentials',
  path: '/v1/credentials',
  tag: 'Credentials',
  scopes: { read: 'credentials:read', write: 'credentials:write' },
  schema: credentialSchema,
  store: hideEphemeral,
  show: (record) => showRecord(credentialSchema, { ...record, origin: record.origin ?? null }),
});

export const credentialEndpoints = [
  defineCreate(credentials, {
    description:
      'Stores the secrets of a target encrypted and never returns them. A run spec refers to it by `credentialId`.',
    body: defineJsonBody(credentialBodySchema),
    create: async ({ deps, tenantId, body }, { resourceId: credentialId }) => {
      const { name, origin } = body;
      const held = takeSecrets(body) ?? noSecrets;
      const wanted = { name, origin, held, credentialId, tenantId, expiresAtMs: null };
      const credential = await sealCredential(deps, wanted);
      await deps.credentials.put(credential);
      return credential;
    },
  }),
  ...defineReads(credentials),
  defineDelete(credentials, {
    description:
      'Takes effect immediately. Batches of active runs that have not opened the credential end with the reason `credential_missing`.',
  }),
];
