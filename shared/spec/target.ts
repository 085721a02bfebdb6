import { z } from 'zod';
import { idSchema } from '../ids/ids.ts';
import { authSchema, headerNameSchema, queryNameSchema } from '../protocols/auth.ts';
import { type Protocol, protocols } from '../protocols/registry.ts';
import { httpUrlSchema } from './http-url.ts';
import { dedicatedInputSchema, dedicatedSchema, pricingInputSchema, pricingSchema } from './pricing.ts';
import { keySchema } from './target-key.ts';

// The keys of a constant object are exactly its names.
export const protocolSchema = z.enum(Object.keys(protocols) as Protocol[]);

const withPayloads = Object.entries(protocols).filter(([, { payloads }]) => payloads !== undefined);
const payloadNames = withPayloads.flatMap(([, { payloads }]) => Object.keys(payloads ?? {}));
/** The protocols of which a target can choose the payload. */
export const payloadProtocols = withPayloads.map(([name]) => name);

/** Header names a spec may not set: they belong to the instrument, the transport or the credential. */
export const reservedHeaders = new Set([
  'authorization',
  'host',
  'content-length',
  'content-type',
  'transfer-encoding',
  'connection',
  'accept-encoding',
  'accept',
  'expect',
  'upgrade',
  'te',
  'trailer',
  'keep-alive',
  'proxy-authorization',
  'cookie',
  'user-agent',
  'x-amz-date',
  'x-amz-content-sha256',
]);

export const targetIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,39}$/, 'use 1 to 40 of a-z 0-9 . _ -, starting with a letter or digit');

const baseUrlSchema = httpUrlSchema('https://api.example.com/v1', 'give the key as apiKey or credentialId').refine(
  (text) => !URL.canParse(text) || (new URL(text).hash === '' && new URL(text).search === ''),
  'must not carry a query or fragment; give the API root, such as https://api.example.com/v1, and parameters as query',
);

const headerValueSchema = z
  .string()
  .max(2_000)
  .regex(/^[\t\x20-\x7e]*$/, 'must be printable ASCII on one line');

const regionSchema = z.string().regex(/^[a-z]{2}(-[a-z0-9]+)+-\d{1,2}$/, 'use the name of a region, such as us-east-1');

export const targetSchema = z.strictObject({
  id: targetIdSchema.optional().describe('Names the target in the report; `target-1`, `target-2`, … if left out'),
  protocol: protocolSchema.default('openai-chat'),
  baseUrl: baseUrlSchema.describe('The API root; the protocol appends its path'),
  model: z.string().min(1).max(300),
  apiKey: keySchema.optional().describe('Write-only: becomes an ephemeral credential and is deleted when the run ends'),
  credentialId: idSchema('credential').optional(),
  auth: authSchema.optional().describe("How the key is sent; the protocol's own way if left out"),
  region: regionSchema.optional().describe('AWS only; read from an amazonaws.com host name if left out'),
  runFrom: regionSchema
    .optional()
    .describe('Where its workers run: a worker region of the deployment; where the deployment is, if left out'),
  query: z
    .record(queryNameSchema, z.string().max(500))
    .optional()
    .describe("Added to each request's URL, such as Azure's api-version; not for secrets"),
  headers: z
    .record(headerNameSchema, headerValueSchema)
    .default({})
    .describe('Not for secrets: headers are shown in the run'),
  body: z.record(z.string(), z.json()).default({}).describe('Sampling parameters added to each request body'),
  connection: z
    .enum(['reuse', 'fresh'])
    .default('reuse')
    .describe('Keep connections open between requests, or open one for each'),
  maxTokensField: z.enum(['max_tokens', 'max_completion_tokens']).default('max_tokens'),
  payload: z
    .enum([...new Set(payloadNames)])
    .optional()
    .describe(`${payloadProtocols.join(', ')} only: what its container speaks; '${payloadNames[0]}' if left out`),
  pricing: pricingInputSchema.optional(),
  dedicated: dedicatedInputSchema.optional(),
});

/**
 * A target as it is stored: named, with its key replaced by a credential (null: the target needs none), and its prices looked
 * up in the price book.
 */
export const storedTargetSchema = targetSchema.omit({ apiKey: true, credentialId: true, id: true }).extend({
  id: targetIdSchema,
  credentialId: idSchema('credential').nullable(),
  pricing: pricingSchema.optional(),
  dedicated: dedicatedSchema.optional(),
});
export type Target = z.infer<typeof storedTargetSchema>;
