import { jsonAnswer } from '../http/answers.ts';
import { definePublicEndpoint } from '../http/define-endpoint.ts';
import { checkHealth } from './check-health.ts';
import { healthSchema } from './schemas.ts';

export const healthEndpoints = [
  definePublicEndpoint({
    operationId: 'getHealth',
    path: '/healthz',
    tag: 'Service',
    summary: 'Whether the table and the queues answer',
    answers: { 200: jsonAnswer('They do', healthSchema), 503: jsonAnswer('One of them does not', healthSchema) },
    handle: async (c, { deps }) => {
      const health = await checkHealth(deps);
      return c.json(health, health.status === 'ok' ? 200 : 503, { 'Cache-Control': 'no-store' });
    },
  }),
];
