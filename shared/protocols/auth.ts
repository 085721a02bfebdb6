import { z } from 'zod';

export const headerNameSchema = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'is not a header name');
export const queryNameSchema = z.string().regex(/^[A-Za-z0-9._~-]{1,100}$/, 'use letters, digits, . _ ~ -');

/** How a target's credential travels with a request. */
export const authSchema = z.discriminatedUnion('style', [
  z.strictObject({ style: z.literal('bearer') }).describe('Authorization: Bearer …'),
  z
    .strictObject({ style: z.literal('header'), name: headerNameSchema })
    .describe('A header of this name holds the key'),
  z
    .strictObject({ style: z.literal('query'), name: queryNameSchema })
    .describe('A query parameter of this name holds it'),
  z.strictObject({ style: z.literal('none') }).describe('The target needs no key'),
  z
    .strictObject({ style: z.literal('sigv4') })
    .describe('AWS Signature Version 4; the key is JSON {"accessKeyId": "…", "secretAccessKey": "…"}'),
]);
export type Auth = z.infer<typeof authSchema>;
