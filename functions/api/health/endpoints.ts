import { z } from 'zod';
import type { ApiDeps } from '../compose.ts';
import { defineJsonAnswer } from '../http/answers.ts';
import { definePublicEndpoint } from '../http/define-endpoint.ts';

const part = z.enum(['ok', 'failing']).meta({ id: 'Queues' });
const healthSchema = z.object({ status: part, table: part, queues: part }).meta({ id: 'Health' });

export const healthEndpoints = [
  definePublicEndpoint({
    operationId: 'getHealth',
    path: '/healthz',
    tag: 'Service',
    summary: 'Check the health of the service',
    description: 'For load balancers and monitoring. Checks the table and the queues.',
    answers: {
      200: defineJsonAnswer('The table and the queues respond', healthSchema),
      503: defineJsonAnswer('The table or a queue does not respond', healthSchema),
    },
    handle: async (c, { deps }) => {
      const health = await checkHealth(deps);
      return c.json(health, health.status === 'ok' ? 200 : 503, { 'Cache-Control': 'no-store' });
    },
  }),
];

/** A run id that never exists. The health check looks this run up in the table, which costs half a read unit. */
const unusedRunId = `run_${'0'.repeat(26)}`;

/** Checks whether the table and the queues respond. The reason for a failure is written only to the log. */
async function checkHealth(deps: ApiDeps): Promise<z.infer<typeof healthSchema>> {
  const probe = async (name: string, ask: () => Promise<unknown>) => {
    try {
      await ask();
      return 'ok';
    } catch (error) {
      deps.logger.error('health check failed', { part: name, error });
      return 'failing';
    }
  };
  const [table, queues] = await Promise.all([
    probe('table', () => deps.runs.get(unusedRunId)),
    probe('queues', () => deps.queue.check()),
  ]);
  return { status: table === 'ok' && queues === 'ok' ? 'ok' : 'failing', table, queues };
}
