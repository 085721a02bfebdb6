import { jsonAnswer } from '../http/answers.ts';
import { definePublicEndpoint } from '../http/define-endpoint.ts';
import { checkHealth, healthSchema } from './check-health.ts';

export const healthEndpoints = [
  definePublicEndpoint({
    operationId: 'getHealth',
    path: '/healthz',
    tag: 'Service',
    summary: 'Check the health of the service',
    answers: {
      200: jsonAnswer('The table and the queues respond', healthSchema),
      503: jsonAnswer('The table or a queue does not respond', healthSchema),
    },
    handle: async (c, { deps }) => {
      const health = await checkHealth(deps);
      return c.json(health, health.status === 'ok' ? 200 : 503, { 'Cache-Control': 'no-store' });
    },
  }),
];
