import { z } from 'zod';
import { matchText, suggestForm } from '../errors/schema-rule.ts';
import { integerSchema, numberSchema } from '../number-schema.ts';

/** Maximum price in USD per million tokens, or per hour of an instance. */
const maxUsd = 1_000_000;
const price = numberSchema(0, maxUsd);
export const priceDateSchema = matchText(
  z.regexes.date,
  suggestForm('a date, such as 2026-01-31'),
  z.string().meta({ format: 'date' }),
);
const source = z.string().max(500);

export const priceBookNameSchema = matchText(
  /^[a-z0-9][a-z0-9._-]{0,99}$/,
  suggestForm('1 to 100 characters (a-z, 0-9, . _ -), starting with a letter or digit'),
);

/** Prices in USD per million tokens. Input tokens include cached tokens, and output tokens include reasoning tokens. */
export const tokenPrices = {
  inputPerMillionTokens: price,
  outputPerMillionTokens: price,
  cachedInputPerMillionTokens: price
    .optional()
    .describe('Price of input tokens that the server reports as cached. Default: the input price'),
  reasoningPerMillionTokens: price
    .optional()
    .describe('Price of output tokens that the server reports as reasoning. Default: the output price'),
};
const currency = z
  .literal('USD')
  .default('USD')
  .describe('Currency of the prices. Only USD, because reports add and compare costs');
const entryName = priceBookNameSchema.optional();

/** Token prices that a run stores, so that later changes of the price book do not affect its report. */
export const pricingSchema = z
  .strictObject({
    ...tokenPrices,
    currency,
    asOf: priceDateSchema.optional().describe('Date of the prices'),
    source: source.optional().describe('Source of the prices'),
    priceBookEntry: entryName.describe('Price book entry that the prices come from'),
  })
  .meta({ id: 'Pricing' });
export type Pricing = z.infer<typeof pricingSchema>;

/** Token prices in a spec: the prices themselves, or the name of a price book entry. */
export const pricingInputSchema = pricingSchema
  .extend({
    inputPerMillionTokens: price.optional(),
    outputPerMillionTokens: price.optional(),
    priceBookEntry: entryName.describe(
      'Entry of GET /v1/price-book with the prices, read when the run is created. Explicit prices take precedence',
    ),
    asOf: priceDateSchema
      .optional()
      .describe('Date of the prices. With only priceBookEntry, selects the prices of this date'),
  })
  .meta({ id: 'PricingSpec', description: 'Input and output price, or the name of a price book entry' });
export type PricingInput = z.infer<typeof pricingInputSchema>;

/** Terms of payment for an instance: on demand, or with a commitment for one or three years. */
export const instanceTerms = ['on-demand', 'one-year', 'three-year'] as const;
const termSchema = z.enum(instanceTerms).meta({ id: 'DedicatedSpecTerm' });
const instanceTypeSchema = matchText(
  /^[a-z0-9][a-z0-9.-]{0,39}$/i,
  suggestForm('the name of an instance type, such as p4d.24xlarge'),
);
const regionSchema = matchText(
  /^[a-z]{2,4}(-[a-z]+)+-\d$/,
  suggestForm('the name of an AWS region, such as us-east-1'),
).default('us-east-1');

/** Fields that identify an instance's price in the price book. */
export const instanceKind = {
  instanceType: instanceTypeSchema,
  region: regionSchema,
  term: termSchema.default('one-year'),
};
export const hourlyUsdSchema = z.number().positive().max(maxUsd).describe('Price of one instance per hour in USD');
const instances = integerSchema(1, 10_000).default(1).describe('Number of instances that serve the target');

/** A target's dedicated hardware, as stored in a run. */
export const dedicatedSchema = z
  .strictObject({
    hourlyUsd: hourlyUsdSchema,
    instances,
    instanceType: instanceTypeSchema.optional(),
    region: regionSchema.optional(),
    term: termSchema.optional(),
    currency,
    asOf: priceDateSchema.optional().describe('Date of the price'),
    source: source.optional().describe('Source of the price'),
    priceBookEntry: entryName.describe('Price book entry that the hourly price comes from'),
  })
  .meta({ id: 'Dedicated' });
export type Dedicated = z.infer<typeof dedicatedSchema>;

/** A target's dedicated hardware in a spec: its hourly price, or the fields to find the price in the price book. */
export const dedicatedInputSchema = dedicatedSchema
  .extend({
    hourlyUsd: hourlyUsdSchema
      .optional()
      .describe(
        'Price of one instance per hour in USD. Default: the price book price of priceBookEntry or instanceType',
      ),
    region: regionSchema.optional().describe('Region of the instance. Default: us-east-1'),
    term: termSchema.optional().describe('Payment term. Default: one-year'),
    asOf: priceDateSchema.optional().describe('Date of the price. Without hourlyUsd, selects the price of this date'),
  })
  .meta({
    id: 'DedicatedSpec',
    description: 'Hardware that serves only this target, for the cost of tokens at full utilization',
  });
export type DedicatedInput = z.infer<typeof dedicatedInputSchema>;
