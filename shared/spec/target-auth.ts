import { z } from 'zod';
import type { Protocol } from './run-spec.ts';

const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'is not a header name');
const queryName = z.string().regex(/^[A-Za-z0-9._~-]{1,100}$/, 'use letters, digits, . _ ~ -');

/** How a target's credential travels with a request. */
export const authSchema = z.discriminatedUnion('style', [
  z.strictObject({ style: z.literal('bearer') }).describe('Authorization: Bearer …'),
  z.strictObject({ style: z.literal('header'), name: headerName }).describe('A header of this name holds the key'),
  z.strictObject({ style: z.literal('query'), name: queryName }).describe('A query parameter of this name holds it'),
  z.strictObject({ style: z.literal('none') }).describe('The target needs no key'),
  z
    .strictObject({ style: z.literal('sigv4') })
    .describe('AWS Signature Version 4; the key is JSON {"accessKeyId": "…", "secretAccessKey": "…"}'),
]);
export type Auth = z.infer<typeof authSchema>;

/** Query parameters that go with every request, such as Azure's `api-version`. */
export const querySchema = z.record(queryName, z.string().max(500));

export const regionSchema = z
  .string()
  .regex(/^[a-z]{2}(-[a-z0-9]+)+-\d{1,2}$/, 'use the name of a region, such as us-east-1');

/** What a SageMaker container is sent and answers with: `openai-chat` messages, or TGI's `inputs`. */
export const payloadSchema = z.enum(['openai-chat', 'tgi']);

/** A key as text, or AWS credentials as JSON, which may have spaces and line breaks. */
export const secretPattern = /^(?:[\x21-\x7e]+|\s*\{[\x20-\x7e\t\r\n]*\}\s*)$/;
export const secretPatternMessage = 'must be printable ASCII without spaces';

const defaultAuths: Record<Protocol, Auth> = {
  'openai-chat': { style: 'bearer' },
  'openai-completions': { style: 'bearer' },
  'openai-responses': { style: 'bearer' },
  'anthropic-messages': { style: 'header', name: 'x-api-key' },
  tgi: { style: 'bearer' },
  'bedrock-converse': { style: 'sigv4' },
  sagemaker: { style: 'sigv4' },
  gemini: { style: 'header', name: 'x-goog-api-key' },
  vertex: { style: 'bearer' },
};

/** The target's own way to authenticate, or else its protocol's. */
export function authOf(target: { protocol: Protocol; auth?: Auth | undefined }): Auth {
  return target.auth ?? defaultAuths[target.protocol];
}

/** The service a protocol's requests are signed for; null where the protocol is not AWS's. */
export function signingService(protocol: Protocol): 'bedrock' | 'sagemaker' | null {
  if (protocol === 'bedrock-converse') return 'bedrock';
  return protocol === 'sagemaker' ? 'sagemaker' : null;
}

/** The region a target is signed for: its own, or the one that an AWS host name tells; null where neither says. */
export function regionOf(target: { baseUrl: string; region?: string | undefined }): string | null {
  if (target.region !== undefined) return target.region;
  const host = URL.canParse(target.baseUrl) ? new URL(target.baseUrl).hostname : '';
  return /\.([a-z]{2}(?:-[a-z]+)+-\d+)\.(?:vpce\.)?amazonaws\.com(?:\.cn)?$/.exec(host)?.[1] ?? null;
}
