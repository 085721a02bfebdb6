import { z } from 'zod';
import instance from '../../../examples/prices/instance.json' with { type: 'json' };
import tokens from '../../../examples/prices/tokens.json' with { type: 'json' };
import {
  type BookEntry,
  instanceEntrySchema,
  priceEntrySchema,
  tokenEntrySchema,
} from '../../../shared/records/price-book.ts';
import { loadPriceBook } from '../../../shared/runs/checks/validate-run-spec.ts';
import { priceBookNameSchema, priceDateSchema } from '../../../shared/spec/pricing.ts';
import { answerPage, defineJsonAnswer, requireFound } from '../http/answers.ts';
import { defineJsonBody } from '../http/body/define-json-body.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { pageQuerySchema, pageSchema } from '../http/schemas.ts';
import { listPriceEntries } from './list-price-entries.ts';
import { putPriceEntry } from './put-price-entry.ts';

const priceEntryBodySchema = priceEntrySchema.meta({ id: 'PriceBookEntryInput', examples: [tokens, instance] });

const known = {
  name: priceBookNameSchema,
  origin: z
    .enum(['tenant', 'built-in'])
    .meta({ id: 'Origin' })
    .describe(
      'Origin of the entry: your tenant or the Tokenmeter version. A tenant entry hides built-in entries of the same name',
    ),
};

const bookEntrySchema = z
  .discriminatedUnion('kind', [tokenEntrySchema.extend(known), instanceEntrySchema.extend(known)])
  .meta({ id: 'PriceBookEntry', description: 'Prices of tokens or of an instance, with date and source' });

const priceBookPageSchema = pageSchema(bookEntrySchema).meta({
  id: 'PriceBookPage',
  description: 'Entries sorted by name, with the newest entry of a name first',
});

const priceBookQuerySchema = pageQuerySchema.extend({
  name: priceBookNameSchema.optional().describe('Name of the entry. Returns all its dates'),
  model: z.string().min(1).max(300).optional().describe('Model of token prices'),
  instanceType: z.string().min(1).max(40).optional().describe('Instance type of instance prices'),
});

function buildDateQuerySchema(description: string) {
  return z.strictObject({ asOf: priceDateSchema.optional().describe(description) });
}

function showBookEntry({ name, origin, entry }: BookEntry): z.infer<typeof bookEntrySchema> {
  return { ...entry, name, origin };
}

const onEntry = {
  path: '/v1/price-book/{name}',
  tag: 'Prices',
  params: { name: priceBookNameSchema.describe('Name of the entry') },
} as const;

export const priceBookEndpoints = [
  defineEndpoint({
    operationId: 'listPriceBook',
    isTagged: true,
    method: 'get',
    path: '/v1/price-book',
    tag: onEntry.tag,
    scope: 'runs:read',
    summary: 'List prices',
    description:
      'Returns your own entries and the built-in entries, sorted by name and date. Your own entry hides all built-in entries of the same name.',
    query: priceBookQuerySchema,
    answers: { 200: defineJsonAnswer('A page of entries', priceBookPageSchema) },
    handle: async (call) => {
      const { limit, cursor = null, ...filter } = call.query;
      return answerPage(call.c, await listPriceEntries(call, filter, { limit, cursor }), showBookEntry);
    },
  }),
  defineEndpoint({
    ...onEntry,
    operationId: 'getPriceBookEntry',
    method: 'get',
    scope: 'runs:read',
    summary: 'Get a price',
    description: 'Returns the price that a new run with this entry would use.',
    query: buildDateQuerySchema('Date of the price: the newest entry on or before it. Default: the newest entry'),
    answers: { 200: defineJsonAnswer('The entry', bookEntrySchema) },
    handle: async ({ c, deps, tenantId, params: { name }, query: { asOf } }) => {
      const book = await loadPriceBook(deps, tenantId);
      const found = book.find((item) => item.name === name && (asOf === undefined || item.entry.asOf <= asOf));
      const wanted = asOf === undefined ? name : `${name} as of ${asOf} or before`;
      return c.json(showBookEntry(requireFound(found, 'price book entry', wanted)), 200);
    },
  }),
  defineEndpoint({
    ...onEntry,
    operationId: 'putPriceBookEntry',
    method: 'put',
    scope: 'runs:write',
    summary: 'Create or replace a price',
    description:
      'Each name has one entry per date (`asOf`). The same name and date replaces the entry; a new date adds one. Existing runs keep their prices.',
    errors: ['CONFLICT'],
    body: defineJsonBody(priceEntryBodySchema),
    answers: {
      200: defineJsonAnswer('The replaced entry', bookEntrySchema),
      201: defineJsonAnswer('The new entry', bookEntrySchema),
    },
    handle: async (call) => {
      const { c, body } = call;
      const { name } = call.params;
      const { created } = await putPriceEntry(call, name, body);
      if (created) c.header('Location', `/v1/price-book/${name}?asOf=${body.asOf}`);
      return c.json(showBookEntry({ name, entry: body, origin: 'tenant' }), created ? 201 : 200);
    },
  }),
  defineEndpoint({
    ...onEntry,
    operationId: 'deletePriceBookEntry',
    method: 'delete',
    scope: 'runs:write',
    summary: 'Delete a price',
    description: 'Deletes your own entries. Built-in entries of the same name become visible again.',
    query: buildDateQuerySchema('Date of the entry to delete. Default: all entries of the name'),
    answers: { 204: { description: 'The price was deleted' } },
    handle: async ({ c, deps: { priceBook }, tenantId, params: { name }, query: { asOf } }) => {
      const own = await priceBook.listAll(tenantId);
      const chosen = own.filter((record) => record.name === name && (asOf === undefined || record.asOf === asOf));
      requireFound(chosen[0], 'tenant price book entry', asOf === undefined ? name : `${name} as of ${asOf}`);
      for (const record of chosen) await priceBook.remove(tenantId, name, record.asOf);
      return c.body(null, 204);
    },
  }),
];
