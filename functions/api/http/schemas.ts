import { z } from 'zod';

/** An instant in an answer. */
export const instantSchema = z.iso.datetime().meta({ examples: ['2026-01-31T12:00:00.000Z'] });

/** `?limit=&cursor=` of every list. */
export const pageQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20).describe('Items of a page at most'),
  cursor: z.string().min(1).max(2_000).optional().describe('From the page before; the first page if left out'),
});

/** Builds the schema of a page of items. */
export function pageSchema<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    cursor: z.string().nullable().describe('Give it back as ?cursor= for the next page; null on the last'),
  });
}

const idempotencyKey = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[\x21-\x7e]+$/, 'is not printable ASCII without spaces; use a UUID, say')
  .optional()
  .describe('The same key and body within 24 hours: the same answer, and nothing is created twice')
  .meta({ examples: ['5f0c3b1e-8a53-4f6f-9b7e-2f1f5f3e7d10'] });

const prefer = z
  .string()
  .max(1_000)
  .optional()
  .describe('`wait=25`: answer when the run has ended, or after so many seconds (60 at most), RFC 7240')
  .meta({ examples: ['wait=25'] });

export const createHeadersSchema = z.object({ 'idempotency-key': idempotencyKey });
export const waitHeadersSchema = z.object({ prefer });
export const createAndWaitHeadersSchema = createHeadersSchema.extend({ prefer });
