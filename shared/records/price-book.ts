import { z } from 'zod';
import { idSchema } from '../ids/ids.ts';
import { hourlyUsdSchema, instanceKind, priceBookNameSchema, priceDateSchema, tokenPrices } from '../spec/pricing.ts';

const dated = {
  currency: z.literal('USD').default('USD'),
  asOf: priceDateSchema.describe('Date of the prices'),
  source: z.string().min(1).max(500).describe('Source of the prices, such as a public page, an offer or a contract'),
};

export const tokenEntrySchema = z.strictObject({
  kind: z.literal('tokens'),
  model: z.string().min(1).max(300).describe('Name of the model at the provider'),
  provider: z.string().min(1).max(100).optional(),
  ...tokenPrices,
  ...dated,
});

export const instanceEntrySchema = z.strictObject({
  kind: z.literal('instance'),
  ...instanceKind,
  hourlyUsd: hourlyUsdSchema,
  ...dated,
});

/** Schema of a price book entry: the body of `PUT /v1/price-book/{name}`. */
export const priceEntrySchema = z.discriminatedUnion('kind', [tokenEntrySchema, instanceEntrySchema]);
export type PriceEntry = z.infer<typeof priceEntrySchema>;

/** A price book entry and its name. Entries with the same name have different dates. */
export type NamedPriceEntry = { name: string; entry: PriceEntry };

export const priceBookRecordSchema = z.object({
  tenantId: idSchema('tenant'),
  name: priceBookNameSchema,
  asOf: priceDateSchema,
  entry: priceEntrySchema,
  createdAtMs: z.number(),
});
export type PriceBookRecord = z.infer<typeof priceBookRecordSchema>;

export type BookEntry = NamedPriceEntry & { origin: 'tenant' | 'built-in' };
