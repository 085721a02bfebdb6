import { jsonAnswer } from '../http/answers.ts';
import { jsonBody } from '../http/body/json-body.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { runSpecBodySchema } from '../runs/schemas.ts';
import { estimateRun } from './estimate-run.ts';
import { estimateQuerySchema, estimateSchema } from './schemas.ts';

export const estimateEndpoints = [
  defineEndpoint({
    operationId: 'createEstimate',
    method: 'post',
    path: '/v1/estimates',
    tag: 'Runs',
    scope: 'runs:read',
    summary: 'Requests, tokens, time and cost of a spec, without running it',
    description: 'Takes the body of `POST /v1/runs`, checks it the same way, and stores nothing.',
    query: estimateQuerySchema,
    body: jsonBody(runSpecBodySchema, { faultCode: 'INVALID_SPEC' }),
    answers: { 200: jsonAnswer('The estimate, with what it rests on', estimateSchema) },
    handle: async ({ c, deps, tenantId, query: { e2eLatencyMs = null }, body }) =>
      c.json(await estimateRun(deps, tenantId, body, e2eLatencyMs), 200),
  }),
];
