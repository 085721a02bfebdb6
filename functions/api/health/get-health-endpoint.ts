import { createRoute } from '@hono/zod-openapi';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { checkHealth } from './check-health.ts';
import { healthSchema } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/healthz',
  operationId: 'getHealth',
  tags: ['Service'],
  summary: 'Whether the table and the queues answer',
  security: [],
  responses: {
    200: { description: 'They do', content: jsonContent(healthSchema) },
    503: { description: 'One of them does not', content: jsonContent(healthSchema) },
  },
});

export const getHealthEndpoint = defineEndpoint({
  route,
  scope: null,
  handle: async (c, { deps }) => {
    const health = await checkHealth(deps);
    return c.json(health, health.status === 'ok' ? 200 : 503, { 'Cache-Control': 'no-store' });
  },
});
