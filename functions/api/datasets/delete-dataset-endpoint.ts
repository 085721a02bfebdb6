import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { idParam } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { deleteDataset } from './delete-dataset.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/datasets/{datasetId}',
  operationId: 'deleteDataset',
  tags: ['Datasets'],
  summary: 'Forget a dataset',
  description:
    'At once. Batches of active runs that have yet to load it end with the reason dataset_missing. Runs that used it can be repeated once the same content is uploaded again.',
  request: { params: z.object(idParam('datasetId', 'dataset')) },
  responses: { 204: { description: 'It is gone' } },
});

export const deleteDatasetEndpoint = defineEndpoint({
  route,
  scope: 'runs:write',
  handle: async (c, { deps }) => {
    await deleteDataset(deps, c.get('principal'), c.req.valid('param').datasetId);
    return c.body(null, 204);
  },
});
