import { z } from 'zod';
import { idSchema } from '../ids/ids.ts';
import { hourlyUsdSchema, instanceKind, priceBookNameSchema, priceDateSchema, tokenPrices } from '../spec/pricing.ts';

const dated = {
  currency: z.literal('USD').default('USD'),
  asOf: priceDateSchema.describe('The day the prices were read'),
  source: z.string().min(1).max(500).describe('Where they were read: a public page, an offer, a contract'),
};

export const tokenEntrySchema = z.strictObject({
  kind: z.literal('tokens'),
  model: z.string().min(1).max(300).describe('As the provider calls it'),
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

/** The figures of one entry at one date: what `PUT /v1/price-book/{name}` takes. */
export const priceEntrySchema = z.discriminatedUnion('kind', [tokenEntrySchema, instanceEntrySchema]);
export type PriceEntry = z.infer<typeof priceEntrySchema>;

/** An entry under its name; of one name there is one for each date. */
export type NamedPriceEntry = { name: string; entry: PriceEntry };

/** A tenant's own entry as the table holds it. */
export const priceBookRecordSchema = z.object({
  tenantId: idSchema('tenant'),
  name: priceBookNameSchema,
  asOf: priceDateSchema,
  entry: priceEntrySchema,
  createdAtMs: z.number(),
});
export type PriceBookRecord = z.infer<typeof priceBookRecordSchema>;

/** An entry as the tenant sees it: of its own, or built in. */
export type BookEntry = NamedPriceEntry & { origin: 'tenant' | 'built-in' };
