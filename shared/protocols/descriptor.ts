import { z } from 'zod';

/** Rules of a protocol for the body of a request. */
export type BodyRules = {
  /** Remedies for the fields that the workload or the protocol sets, by path (`/` between levels). */
  reserved: Readonly<Record<string, string>>;
  /** Reserved fields that a target may set to null, which omits them from the request. */
  omittable?: readonly string[];
  /** Where the temperature goes, and the lowest value that the protocol accepts. */
  temperature: { path: readonly [string] | readonly [string, string]; least: number };
  /** Whether the output limit is sent under the name that the target's `maxTokensField` gives. */
  isLimitNamed?: true;
};

/** Everything about a protocol except its wire format, which is in its dialect. */
export type Descriptor = {
  /** How the credential is sent unless the target says otherwise. */
  auth: Auth;
  /** The AWS service that requests can be signed for. */
  signingService?: string;
  /** Headers of every request, unless the target sets its own. */
  headers?: Readonly<Record<string, string>>;
  /** Remedy for a credential that is JSON if the protocol needs a single key. */
  keyRemedy?: string;
  body: BodyRules;
  /** Rules for each allowed value of the target's `payload`; without one, `body` applies. */
  payloads?: Readonly<Record<string, BodyRules>>;
};

export const headerNameSchema = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'is not a valid header name: use letters, digits, and hyphens');
export const queryNameSchema = z.string().regex(/^[A-Za-z0-9._~-]{1,100}$/, 'use letters, digits, . _ ~ -');

/** How a request sends the target's credential. */
export const authSchema = z.discriminatedUnion('style', [
  z.strictObject({ style: z.literal('bearer') }).describe('Authorization: Bearer …'),
  z
    .strictObject({ style: z.literal('header'), name: headerNameSchema })
    .describe('A header with this name contains the key'),
  z
    .strictObject({ style: z.literal('query'), name: queryNameSchema })
    .describe('A query parameter with this name contains the key'),
  z.strictObject({ style: z.literal('none') }).describe('No key is sent'),
  z
    .strictObject({ style: z.literal('sigv4') })
    .describe('AWS Signature Version 4; the key is JSON {"accessKeyId": "…", "secretAccessKey": "…"}'),
]);
export type Auth = z.infer<typeof authSchema>;

/** Remedies for body fields that the workload or the protocol sets. */
export const remedies = {
  model: "Remove it; set the target's field model",
  prompt: 'Remove it; to send your own prompts, use a workload of kind prompts',
  limit: 'Remove it; set workload.outputTokens (or maxOutputTokens)',
  namedLimit:
    'Remove it; set workload.outputTokens (or maxOutputTokens), and target.maxTokensField for the name of the field',
  oneAnswer: 'Remove it; each request gets one answer, so that its tokens can be timed',
  stream: 'Remove it; requests always stream, with usage included',
} as const;
