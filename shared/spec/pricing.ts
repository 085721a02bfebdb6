import { z } from 'zod';

/** The largest price of a million tokens, and of an hour of an instance, that is taken for one. */
const maxUsd = 1_000_000;
const price = z.number().min(0).max(maxUsd);
export const priceDateSchema = z.iso.date('use a date, such as 2026-01-31');
const source = z.string().max(500);

/** What an entry of the price book goes by. */
export const priceBookNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, 'use 1 to 100 of a-z 0-9 . _ -, starting with a letter or digit');

/** Prices of a million tokens. Cached input is part of the input, reasoning part of the output, as `usage` counts them. */
export const tokenPrices = {
  inputPerMillionTokens: price,
  outputPerMillionTokens: price,
  cachedInputPerMillionTokens: price
    .optional()
    .describe('Of input that the server says it took from a cache; priced as other input if left out'),
  reasoningPerMillionTokens: price
    .optional()
    .describe('Of output that the server says is reasoning; priced as other output if left out'),
};
const currency = z.literal('USD').default('USD').describe('Reports add and compare, so all prices are in one currency');
const entryName = priceBookNameSchema.optional();

/** Per-token prices as a run keeps them: the figures themselves, so that its report rests on nothing that may change. */
export const pricingSchema = z.strictObject({
  ...tokenPrices,
  currency,
  asOf: priceDateSchema.optional().describe('The day the prices were read'),
  source: source.optional().describe('Where the prices were read'),
  priceBookEntry: entryName.describe('The entry of the price book that the figures were taken from'),
});
export type Pricing = z.infer<typeof pricingSchema>;

/** What a spec may say of prices: the figures, or the entry of the price book to take them from. */
export const pricingInputSchema = pricingSchema
  .extend({
    inputPerMillionTokens: price.optional(),
    outputPerMillionTokens: price.optional(),
    priceBookEntry: entryName.describe(
      'Takes the figures from this entry of GET /v1/price-book when the run is created; where figures stand beside it, they count',
    ),
    asOf: priceDateSchema
      .optional()
      .describe('The day the prices were read; beside priceBookEntry alone, the day whose prices count'),
  })
  .describe('Input and output price, or the price book entry that has them');
export type PricingInput = z.infer<typeof pricingInputSchema>;

/** How an instance is paid for: by the hour, or less for a commitment of one or three years. */
export const instanceTerms = ['on-demand', 'one-year', 'three-year'] as const;
const instanceTypeSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{0,39}$/i, 'use the name of an instance type, such as p4d.24xlarge');
const regionSchema = z
  .string()
  .regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'use the name of an AWS region, such as us-east-1')
  .default('us-east-1');

/** What identifies the price of an instance. */
export const instanceKind = {
  instanceType: instanceTypeSchema,
  region: regionSchema,
  term: z.enum(instanceTerms).default('one-year'),
};
export const hourlyUsdSchema = z.number().positive().max(maxUsd).describe('Of one instance');
const instances = z.number().int().min(1).max(10_000).default(1).describe('How many serve the target together');

/** Hardware that serves one target alone, as a run keeps it. */
export const dedicatedSchema = z.strictObject({
  hourlyUsd: hourlyUsdSchema,
  instances,
  instanceType: instanceTypeSchema.optional(),
  region: regionSchema.optional(),
  term: z.enum(instanceTerms).optional(),
  currency,
  asOf: priceDateSchema.optional().describe('The day the price was read'),
  source: source.optional().describe('Where the price was read'),
  priceBookEntry: entryName.describe('The entry of the price book that the hourly price was taken from'),
});
export type Dedicated = z.infer<typeof dedicatedSchema>;

/** What a spec may say of it: the hourly price, or what to look up in the price book. */
export const dedicatedInputSchema = dedicatedSchema
  .extend({
    hourlyUsd: hourlyUsdSchema
      .optional()
      .describe('Of one instance; taken from the price book by priceBookEntry or instanceType if left out'),
    region: regionSchema.optional().describe('Where it is rented; us-east-1 if left out'),
    term: z.enum(instanceTerms).optional().describe('How it is paid for; one-year if left out'),
    asOf: priceDateSchema
      .optional()
      .describe('The day the price was read; where hourlyUsd is left out, the day whose price counts'),
  })
  .describe('Hardware that serves this target alone: gives the cost of tokens at full use');
export type DedicatedInput = z.infer<typeof dedicatedInputSchema>;
