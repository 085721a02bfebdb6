import { createRoute } from '@hono/zod-openapi';
import { createRun } from '../../../shared/runs/create-run.ts';
import { createAndWaitHeadersSchema } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { answerRun } from './answer-run.ts';
import { runSchema, runSpecBodySchema } from './schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/runs',
  operationId: 'createRun',
  tags: ['Runs'],
  summary: 'Create a run',
  description:
    'Checks the spec, stores the run and starts it. Faults of a spec are named together, but for those under a wrong `mode`, `kind`, `distribution` or `protocol`: what may stand there is known once that is right. What hangs together (addresses, ids, the limits of this deployment) is looked at once every field is of its form.',
  request: { headers: createAndWaitHeadersSchema, body: { required: true, content: jsonContent(runSpecBodySchema) } },
  responses: {
    200: { description: 'The run has ended (with `Prefer: wait`)', content: jsonContent(runSchema) },
    202: { description: 'The run is stored and goes on by itself', content: jsonContent(runSchema) },
  },
});

export const createRunEndpoint = defineEndpoint({
  route,
  scope: 'runs:write',
  errors: ['INVALID_SPEC', 'QUOTA_EXCEEDED', 'CONFLICT', 'IDEMPOTENCY_CONFLICT'],
  bodyFault: 'INVALID_SPEC',
  handle: async (c, { deps }) => {
    const body = c.req.valid('json');
    const principal = c.get('principal');
    return answerRun(c, deps, { kind: 'run', body, status: 202 }, (runId) => createRun(deps, principal, body, runId));
  },
});
