import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { idParam } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { getDataset } from './get-dataset.ts';
import { datasetSchema, toDatasetView } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/datasets/{datasetId}',
  operationId: 'getDataset',
  tags: ['Datasets'],
  summary: 'What is known of a dataset',
  request: { params: z.object(idParam('datasetId', 'dataset')) },
  responses: { 200: { description: 'The dataset', content: jsonContent(datasetSchema) } },
});

export const getDatasetEndpoint = defineEndpoint({
  route,
  scope: 'runs:read',
  handle: async (c, { deps }) => {
    const record = await getDataset(deps, c.get('principal'), c.req.valid('param').datasetId);
    return c.json(toDatasetView(record), 200);
  },
});
