import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { idParam } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { getDatasetText } from './get-dataset-text.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/datasets/{datasetId}/content',
  operationId: 'getDatasetContent',
  tags: ['Datasets'],
  summary: 'The text of a dataset, as it was uploaded',
  description: 'Byte for byte. `Content-Digest` (RFC 9530) and `ETag` carry its SHA-256.',
  request: { params: z.object(idParam('datasetId', 'dataset')) },
  responses: { 200: { description: 'The text', content: { 'text/plain': { schema: z.string() } } } },
});

export const getDatasetContentEndpoint = defineEndpoint({
  route,
  scope: 'runs:read',
  handle: async (c, { deps }) => {
    const { dataset, text } = await getDatasetText(deps, c.get('principal'), c.req.valid('param').datasetId);
    return c.body(text, 200, {
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Digest': `sha-256=:${Buffer.from(dataset.sha256, 'hex').toString('base64')}:`,
      ETag: `"${dataset.sha256}"`,
    });
  },
});
