import { answerPage, jsonAnswer } from '../http/answers.ts';
import { jsonBody } from '../http/body/json-body.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { deletePriceEntry } from './delete-price-entry.ts';
import { getPriceEntry } from './get-price-entry.ts';
import { listPriceBook } from './list-price-book.ts';
import { putPriceEntry } from './put-price-entry.ts';
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
    summary: 'List prices, by name and date',
    description: 'Your own entries, and the built-in ones whose names none of yours has.',
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
    summary: 'Read a price',
    description: 'What a spec gets that names the entry now.',
    query: buildDateQuerySchema('The newest entry dated then or before; the newest of all if left out'),
    answers: { 200: jsonAnswer('The entry', bookEntrySchema) },
    handle: async ({ c, deps, tenantId, params: { name }, query: { asOf = null } }) =>
      c.json(showBookEntry(await getPriceEntry(deps, tenantId, name, asOf)), 200),
  }),
  defineEndpoint({
    ...onEntry,
    operationId: 'putPriceBookEntry',
    method: 'put',
    scope: 'runs:write',
    summary: 'Enter a price',
    description:
      'Of one name there is an entry for each date (`asOf`): the same name and date again replaces it, another date stands beside it. Runs keep the figures that they began with.',
    errors: ['CONFLICT'],
    body: jsonBody(priceEntryBodySchema),
    answers: {
      200: jsonAnswer('It replaces the one of this date', bookEntrySchema),
      201: jsonAnswer('The entry', bookEntrySchema),
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
    summary: 'Delete a price of your own',
    description: 'Built-in entries stay, and show again once no entry of your own has their name.',
    query: buildDateQuerySchema('Only the entry of this date; all of the name if left out'),
    answers: { 204: { description: 'It is gone' } },
    handle: async ({ c, deps, tenantId, params: { name }, query: { asOf = null } }) => {
      await deletePriceEntry(deps, tenantId, name, asOf);
      return c.body(null, 204);
    },
  }),
];
