import { z } from 'zod';
import { describeRule, matchText, requireForm, type SchemaRule, suggestForm } from '../errors/schema-rule.ts';
import { idSchema } from '../ids/ids.ts';
import { authSchema, headerNameSchema, queryNameSchema } from '../protocols/descriptor.ts';
import { defaultProtocol, type Protocol, protocols } from '../protocols/registry.ts';
import { encodeUrl } from './encode-url.ts';
import { dedicatedInputSchema, dedicatedSchema, pricingInputSchema, pricingSchema } from './pricing.ts';
import { certificatesSchema, headerValueSchema, proxySchema } from './target-fields.ts';
import { keySchema } from './target-key.ts';
import { clientKeySchema, secretHeaderNamesSchema, secretHeadersSchema } from './target-secrets.ts';

const maxUrlLength = 2_000;

/**
 * Creates the schema of an http(s) URL without user name and password, which is encoded as RFC 3986 requires.
 * @param example a valid URL for error messages
 * @param remedy how to send credentials instead
 */
export function httpUrlSchema(example: string, remedy = 'Remove the user name or password'): z.ZodString {
  return z
    .string()
    .max(maxUrlLength)
    .meta({ format: 'uri' })
    .superRefine((text, context) => {
      const fail = (rule: SchemaRule) => context.addIssue({ code: 'custom', ...rule });
      const url = URL.canParse(text) ? new URL(text) : null;
      if (url === null) return fail(describeRule('is not a URL', `Use an http(s) URL, such as ${example}`));
      if (url.protocol !== 'https:' && url.protocol !== 'http:')
        fail(describeRule('must start with https:// (or http://)', 'Start it with https:// (or http://)'));
      if (url.username !== '' || url.password !== '')
        fail(describeRule('must not contain a user name or password', remedy));
    })
    .overwrite(encodeUrl)
    .max(maxUrlLength);
}

// `Object.keys` returns strings, but the keys of this constant are protocol names.
export const protocolSchema = z.enum(Object.keys(protocols) as Protocol[]).meta({ id: 'Protocol' });

const withPayloads = Object.entries(protocols).filter(([, { payloads }]) => payloads !== undefined);
const payloadNames = withPayloads.flatMap(([, { payloads }]) => Object.keys(payloads ?? {}));
/** Protocols that support several payload formats. */
export const payloadProtocols = withPayloads.map(([name]) => name);

const reservedHeaders = new Set([
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
  'cookie',
  'user-agent',
  'http2-settings',
]);
/** Prefixes of reserved headers. `x-amz-` headers choose an AWS operation; proxies and Tokenmeter set the others. */
const reservedPrefixes = ['x-amz-', 'proxy-', 'x-tokenmeter-'];

/** Returns whether a spec cannot set the header, because the instrument, HTTP, a proxy or the credential sets it. */
export function isReservedHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return reservedHeaders.has(lower) || reservedPrefixes.some((prefix) => lower.startsWith(prefix));
}

/** Returns whether a text can be the value of a Host header: a name or an address, and an optional port. */
export function matchesHostForm(text: string): boolean {
  return /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/.test(text);
}

const pathSchema = matchText(
  /^\/(?![/\\])[!"$->@A-Z[\]-~]*$/,
  requireForm('a path that starts with one slash, without spaces, query, or fragment'),
  z.string().max(2_000),
);

export const targetIdSchema = matchText(
  /^[a-z0-9][a-z0-9._-]{0,39}$/,
  suggestForm('1 to 40 characters (a-z, 0-9, . _ -), starting with a letter or digit'),
);

const baseUrlSchema = httpUrlSchema('https://api.example.com/v1', 'Use apiKey or credentialId for the key').refine(
  (text) => !URL.canParse(text) || (new URL(text).hash === '' && new URL(text).search === ''),
  describeRule(
    'must not contain a query or fragment',
    'Use the API root, such as https://api.example.com/v1, and set parameters in query',
  ),
);

const regionSchema = matchText(
  /^[a-z]{2}(-[a-z0-9]+)+-\d{1,2}$/,
  suggestForm('the name of a region, such as us-east-1'),
);

export const connectionSchema = z.enum(['reuse', 'fresh']).meta({ id: 'TargetSpecConnection' });

export const targetSchema = z
  .strictObject({
    id: targetIdSchema.optional().describe('Id of the target in the report. Default: `target-1`, `target-2`, …'),
    protocol: protocolSchema.default(defaultProtocol),
    baseUrl: baseUrlSchema.describe('Root URL of the API. The protocol appends its path'),
    path: pathSchema
      .optional()
      .describe('Whole path of the requests, such as /v1/chat/completions/. Default: the path of the protocol'),
    model: z.string().min(1).max(300),
    apiKey: keySchema
      .optional()
      .describe('API key of the target. Write-only: stored encrypted and deleted when the run is finished'),
    credentialId: idSchema('credential').optional(),
    auth: authSchema.optional().describe('How the key is sent. Default: the method of the protocol'),
    region: regionSchema
      .optional()
      .describe('AWS region of the endpoint. Default: the region in an amazonaws.com host name'),
    runFrom: regionSchema
      .optional()
      .describe('Worker region that sends the requests. Default: the region of the deployment'),
    query: z
      .record(queryNameSchema, z.string().max(500))
      .meta({
        id: 'TargetQuery',
        description:
          'Query parameters of each request, such as api-version for Azure. Not for secrets, because the run shows them',
      })
      .optional(),
    headers: z
      .record(headerNameSchema, headerValueSchema)
      .meta({
        id: 'TargetHeaders',
        description:
          'Additional headers of each request. Host (a name with an optional port) and User-Agent replace the defaults. Not for secrets, because the run shows them; see secretHeaders',
      })
      .default({}),
    secretHeaders: secretHeadersSchema.optional(),
    secretHeaderNames: secretHeaderNamesSchema.optional(),
    proxy: proxySchema
      .optional()
      .describe('Valid URL of a proxy. A Basic login goes into secretHeaders as Proxy-Authorization'),
    /** Additional trusted certificates. */
    ca: certificatesSchema.optional(),
    /** Client certificate, with its key in `clientKey`. */
    clientCertificate: certificatesSchema.optional(),
    clientKey: clientKeySchema.optional(),
    body: z
      .record(z.string(), z.json())
      .meta({
        id: 'TargetBody',
        description:
          'Additional fields of each request body, such as sampling parameters, up to 16,384 bytes. Not for secrets, because the run shows them',
      })
      .default({}),
    httpVersion: z
      .enum(['1.1', '2', 'auto'])
      .meta({ id: 'HttpVersion' })
      .optional()
      .describe('Version of HTTP. auto: HTTP/2 if the TLS handshake offers it. Default: 1.1'),
    followRedirects: z
      .boolean()
      .optional()
      .describe('Whether redirects within the origin are followed. Default: false'),
    connection: connectionSchema
      .default('reuse')
      .describe('Whether requests reuse open connections or each opens a fresh one'),
    maxTokensField: z
      .enum(['max_tokens', 'max_completion_tokens'])
      .meta({ id: 'MaxTokensField' })
      .default('max_tokens'),
    payload: z
      .enum([...new Set(payloadNames)])
      .meta({ id: 'Payload' })
      .optional()
      .describe(
        `Payload format of the container, only for ${payloadProtocols.join(', ')}. Default: ${payloadNames[0]}`,
      ),
    pricing: pricingInputSchema.optional(),
    dedicated: dedicatedInputSchema.optional(),
  })
  .meta({ id: 'TargetSpec' });

/** Schema of a stored target. It has an id, prices, and a credential id instead of secrets (null if not needed). */
export const storedTargetSchema = targetSchema
  .omit({ apiKey: true, secretHeaders: true, clientKey: true, credentialId: true, id: true })
  .extend({
    id: targetIdSchema,
    credentialId: idSchema('credential').nullable(),
    pricing: pricingSchema.optional(),
    dedicated: dedicatedSchema.optional(),
  });
export type Target = z.infer<typeof storedTargetSchema>;

/** Schema of a stored target in responses. */
export const shownTargetSchema = storedTargetSchema
  .extend({
    credentialId: idSchema('credential').nullish().describe('Null without a credential. Absent in a manifest'),
  })
  .meta({ id: 'Target' });
