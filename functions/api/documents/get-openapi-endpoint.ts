import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { defineEndpoint } from '../http/define-endpoint.ts';

const route = createRoute({
  method: 'get',
  path: '/openapi.yaml',
  operationId: 'getOpenapi',
  tags: ['Service'],
  summary: 'This contract, as OpenAPI 3.1',
  security: [],
  responses: { 200: { description: 'The contract', content: { 'application/yaml': { schema: z.string() } } } },
});

export const getOpenapiEndpoint = defineEndpoint({
  route,
  scope: null,
  handle: (c, { documents }) => c.body(documents.openapiYaml, 200, { 'Content-Type': 'application/yaml' }),
});
