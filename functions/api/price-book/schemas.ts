import { z } from 'zod';
import {
  type BookEntry,
  instanceEntrySchema,
  priceEntrySchema,
  tokenEntrySchema,
} from '../../../shared/records/price-book.ts';
import { priceBookNameSchema, priceDateSchema } from '../../../shared/spec/pricing.ts';
import { pageQuerySchema, pageSchema } from '../http/schemas.ts';

export const priceEntryBodySchema = priceEntrySchema.meta({
  id: 'PriceBookEntryInput',
  examples: [
    {
      kind: 'tokens',
      model: 'meta-llama/Llama-2-70b-chat-hf',
      provider: 'Anyscale Endpoints',
      inputPerMillionTokens: 1,
      outputPerMillionTokens: 1,
      asOf: '2023-11-01',
      source: 'Price list of the provider',
    },
    {
      kind: 'instance',
      instanceType: 'p4d.24xlarge',
      region: 'us-east-1',
      term: 'one-year',
      hourlyUsd: 19.22,
      asOf: '2023-11-01',
      source: 'Our contract',
    },
  ],
});

const known = {
  name: priceBookNameSchema,
  origin: z
    .enum(['tenant', 'built-in'])
    .describe(
      'Origin of the entry: your tenant or the Tokenmeter version. A tenant entry hides built-in entries of the same name',
    ),
};

export const bookEntrySchema = z
  .discriminatedUnion('kind', [tokenEntrySchema.extend(known), instanceEntrySchema.extend(known)])
  .meta({ id: 'PriceBookEntry', description: 'Prices of tokens or of an instance, with date and source' });

export const priceBookPageSchema = z
  .object({ ...pageSchema(bookEntrySchema).shape })
  .meta({ id: 'PriceBookPage', description: 'Entries sorted by name, with the newest entry of a name first' });

export const priceBookQuerySchema = pageQuerySchema.extend({
  name: priceBookNameSchema.optional().describe('Name of the entry. Returns all its dates'),
  model: z.string().min(1).max(300).optional().describe('Model of token prices'),
  instanceType: z.string().min(1).max(40).optional().describe('Instance type of instance prices'),
});

export const entryNameSchema = priceBookNameSchema.describe('Name of the entry');

export function buildDateQuerySchema(description: string) {
  return z.strictObject({ asOf: priceDateSchema.optional().describe(description) });
}

export function showBookEntry({ name, origin, entry }: BookEntry): z.infer<typeof bookEntrySchema> {
  return { ...entry, name, origin };
}
