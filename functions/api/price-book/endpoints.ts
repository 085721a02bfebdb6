import { answerPage, jsonAnswer } from '../http/answers.ts';
import { jsonBody } from '../http/body/json-body.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { listPriceBook } from './list-price-book.ts';
import { deletePriceEntry, getPriceEntry, putPriceEntry } from './price-entry.ts';
import {
  bookEntrySchema,
  buildDateQuerySchema,
  entryNameSchema,
  priceBookPageSchema,
  priceBookQuerySchema,
  priceEntryBodySchema,
  showBookEntry,
} from './schemas.ts';

const onEntry = { path: '/v1/price-book/{name}', tag: 'Prices', params: { name: entryNameSchema } } as const;

export const priceBookEndpoints = [
  defineEndpoint({
    operationId: 'listPriceBook',
    method: 'get',
    path: '/v1/price-book',
    tag: onEntry.tag,
    scope: 'runs:read',
    summary: 'List prices',
    description:
      'Returns your own entries and the built-in entries, sorted by name and date. Your own entry hides all built-in entries of the same name.',
    query: priceBookQuerySchema,
    answers: { 200: jsonAnswer('A page of entries', priceBookPageSchema) },
    handle: async ({ c, deps, tenantId, query: { limit, cursor = null, ...filter } }) =>
      answerPage(c, await listPriceBook(deps, tenantId, filter, { limit, cursor }), showBookEntry),
  }),
  defineEndpoint({
    ...onEntry,
    operationId: 'getPriceBookEntry',
    method: 'get',
    scope: 'runs:read',
    summary: 'Get a price',
    description: 'Returns the price that a new run with this entry would use.',
    query: buildDateQuerySchema('Date of the price: the newest entry on or before it. Default: the newest entry'),
    answers: { 200: jsonAnswer('The entry', bookEntrySchema) },
    handle: async ({ c, deps, tenantId, params: { name }, query: { asOf = null } }) =>
      c.json(showBookEntry(await getPriceEntry(deps, tenantId, name, asOf)), 200),
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
    body: jsonBody(priceEntryBodySchema),
    answers: {
      200: jsonAnswer('The replaced entry', bookEntrySchema),
      201: jsonAnswer('The new entry', bookEntrySchema),
    },
    handle: async ({ c, deps, tenantId, params: { name }, body }) => {
      const { item, created } = await putPriceEntry(deps, tenantId, name, body);
      if (created) c.header('Location', `/v1/price-book/${name}?asOf=${item.entry.asOf}`);
      return c.json(showBookEntry(item), created ? 201 : 200);
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
    handle: async ({ c, deps, tenantId, params: { name }, query: { asOf = null } }) => {
      await deletePriceEntry(deps, tenantId, name, asOf);
      return c.body(null, 204);
    },
  }),
];
