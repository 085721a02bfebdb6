import { z } from 'zod';
import { defineJsonAnswer } from '../http/answers.ts';
import { defineJsonBody } from '../http/body/define-json-body.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { runSpecBodySchema } from '../runs/schemas.ts';
import { estimateRun, estimateSchema } from './estimate-run.ts';

const estimateQuerySchema = z.strictObject({
  e2eLatencyMs: z.coerce
    .number()
    .positive()
    .max(600_000)
    .optional()
    .describe(
      'Assumed end-to-end latency per request in milliseconds. Default: a range from a fast to a slow endpoint',
    ),
});

export const estimateEndpoints = [
  defineEndpoint({
    operationId: 'createEstimate',
    method: 'post',
    path: '/v1/estimates',
    tag: 'Runs',
    scope: 'runs:read',
    summary: 'Estimate a run',
    description:
      'Estimates the requests, tokens, duration and cost of a spec without running it. Validates the body like `POST /v1/runs` and stores nothing.',
    errors: ['CONFLICT'],
    query: estimateQuerySchema,
    body: defineJsonBody(runSpecBodySchema, { faultCode: 'INVALID_SPEC' }),
    answers: { 200: defineJsonAnswer('The estimate and its assumptions', estimateSchema) },
    handle: async (call) => call.c.json(await estimateRun(call, call.body, call.query.e2eLatencyMs ?? null), 200),
  }),
];
