import { createRoute } from '@hono/zod-openapi';
import { listDatasets } from '../../../shared/usecases/list-datasets.ts';
import { defineEndpoint } from '../endpoint.ts';
import { jsonContent } from '../json-content.ts';
import { linkNext } from '../link-next.ts';
import { pageQuerySchema } from '../schemas/common-schemas.ts';
import { datasetPageSchema, toDatasetPage } from '../schemas/dataset-schemas.ts';

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
