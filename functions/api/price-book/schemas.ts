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
    .describe('Your own, or of this version; an entry of your own hides the built-in ones of its name'),
};

export const bookEntrySchema = z
  .discriminatedUnion('kind', [tokenEntrySchema.extend(known), instanceEntrySchema.extend(known)])
  .meta({ id: 'PriceBookEntry', description: 'Prices of tokens or of an instance, on a day, by a source' });

export const priceBookPageSchema = z
  .object({ ...pageSchema(bookEntrySchema).shape })
  .meta({ id: 'PriceBookPage', description: 'By name, and of one name the newest first' });

export const priceBookQuerySchema = pageQuerySchema.extend({
  name: priceBookNameSchema.optional().describe('All dates of this entry'),
  model: z.string().min(1).max(300).optional().describe('Entries for tokens of this model'),
  instanceType: z.string().min(1).max(40).optional().describe('Entries for this instance type'),
});

export const entryNameSchema = priceBookNameSchema.describe('Of the entry');

export function buildDateQuerySchema(description: string) {
  return z.strictObject({ asOf: priceDateSchema.optional().describe(description) });
}

export function showBookEntry({ name, origin, entry }: BookEntry): z.infer<typeof bookEntrySchema> {
  return { ...entry, name, origin };
}
