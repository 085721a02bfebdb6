import { z } from 'zod';

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
