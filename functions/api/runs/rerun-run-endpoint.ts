import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { createAndWaitHeadersSchema, idParam } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { answerRun } from './answer-run.ts';
import { rerunRun } from './rerun-run.ts';
import { rerunBodySchema, runSchema } from './schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/runs/{runId}/rerun',
  operationId: 'rerunRun',
  tags: ['Runs'],
  summary: 'Run the same manifest again',
  description:
    'The same spec, seed and plan: the same requests. Keys that came with the first run are gone once it has ended, and are asked for here.',
  request: {
    params: z.object(idParam('runId', 'run')),
    headers: createAndWaitHeadersSchema,
    body: { required: false, content: jsonContent(rerunBodySchema) },
  },
  responses: {
    200: { description: 'The new run has ended (with `Prefer: wait`)', content: jsonContent(runSchema) },
    202: { description: 'The new run is stored and goes on by itself', content: jsonContent(runSchema) },
  },
});

export const rerunRunEndpoint = defineEndpoint({
  route,
  scope: 'runs:write',
  errors: ['INVALID_SPEC', 'QUOTA_EXCEEDED', 'CONFLICT', 'IDEMPOTENCY_CONFLICT'],
  bodyFault: 'INVALID_SPEC',
  handle: async (c, { deps }) => {
    const { runId } = c.req.valid('param');
    const body = c.req.valid('json');
    const { apiKeys = {}, credentialIds = {}, webhooks = [] } = body;
    const principal = c.get('principal');
    return answerRun(c, deps, { kind: 'run', body, status: 202 }, (newRunId) =>
      rerunRun(deps, principal, runId, { apiKeys, credentialIds, webhooks }, newRunId),
    );
  },
});
