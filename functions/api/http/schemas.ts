import { z } from 'zod';
import { matchText, requireForm } from '../../../shared/errors/schema-rule.ts';

export const instantSchema = z.iso.datetime();

/** A time in a request, in UTC or with an offset. */
export const givenInstantSchema = z.iso.datetime({ offset: true });

export const pageQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20).describe('Maximum number of items per page'),
  cursor: z.string().min(1).max(2_000).optional().describe('Cursor of the previous page. Default: the first page'),
});

export function pageSchema<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    cursor: z.string().nullable().describe('`?cursor=` of the next page. Null on the last page'),
  });
}

const idempotencyKey = matchText(
  /^[\x21-\x7e]+$/,
  requireForm('printable ASCII without spaces, such as a UUID'),
  z.string().min(1).max(255),
)
  .optional()
  .describe(
    'Unique key of the request. Within 24 hours, the same key and body return the same response and create nothing twice',
  )
  .meta({ examples: ['5f0c3b1e-8a53-4f6f-9b7e-2f1f5f3e7d10'] });

const prefer = z
  .string()
  .max(1_000)
  .optional()
  .describe(
    '`wait=25` delays the response until the run is finished, for at most 25 seconds (RFC 7240). The deployment can shorten the wait; `Preference-Applied` has the applied value',
  )
  .meta({ examples: ['wait=25'] });

export const changeHeadersSchema = z.object({
  'if-match': z
    .string()
    .max(1_000)
    .optional()
    .describe('ETags. The change applies only if the resource still has one of them. Otherwise, the status is 412'),
});

export const createHeadersSchema = z.object({ 'idempotency-key': idempotencyKey });
export const waitHeadersSchema = z.object({ prefer });
export const createAndWaitHeadersSchema = createHeadersSchema.extend({ prefer });
