import { createRoute } from '@hono/zod-openapi';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { runSpecBodySchema } from '../runs/schemas.ts';
import { estimateRun } from './estimate-run.ts';
import { estimateQuerySchema, estimateSchema } from './schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/estimates',
  operationId: 'createEstimate',
  tags: ['Runs'],
  summary: 'Requests, tokens, time and cost of a spec, without running it',
  description: 'Takes the body of `POST /v1/runs`, checks it the same way, and stores nothing.',
  request: { query: estimateQuerySchema, body: { required: true, content: jsonContent(runSpecBodySchema) } },
  responses: { 200: { description: 'The estimate, with what it rests on', content: jsonContent(estimateSchema) } },
});

export const createEstimateEndpoint = defineEndpoint({
  route,
  scope: 'runs:read',
  errors: ['INVALID_SPEC'],
  bodyFault: 'INVALID_SPEC',
  handle: async (c, { deps }) => {
    const { e2eLatencyMs = null } = c.req.valid('query');
    return c.json(await estimateRun(deps, c.get('principal'), c.req.valid('json'), e2eLatencyMs), 200);
  },
});
