import { createRoute } from '@hono/zod-openapi';
import { pageQuerySchema } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { linkNext } from '../http/link-next.ts';
import { listDatasets } from './list-datasets.ts';
import { datasetPageSchema, toDatasetPage } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/datasets',
  operationId: 'listDatasets',
  tags: ['Datasets'],
  summary: 'List datasets, newest first',
  request: { query: pageQuerySchema },
  responses: { 200: { description: 'A page of datasets', content: jsonContent(datasetPageSchema) } },
});

export const listDatasetsEndpoint = defineEndpoint({
  route,
  scope: 'runs:read',
  handle: async (c, { deps }) => {
    const { limit, cursor = null } = c.req.valid('query');
    const page = await listDatasets(deps, c.get('principal'), { limit, cursor });
    linkNext(c, page.cursor);
    return c.json(toDatasetPage(page), 200);
  },
});
