import { defineJsonAnswer } from '../http/answers.ts';
import { defineJsonBody } from '../http/body/define-json-body.ts';
import { createOnce } from '../http/create-once.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { createHeadersSchema } from '../http/schemas.ts';
import { answerExchange, exchangeParts } from '../runs/exchange-endpoints.ts';
import { createTargetCheck } from './create-target-check.ts';
import { targetCheckBodySchema, targetCheckSchema } from './schemas.ts';
import { getChecks, listChecks, showTargetCheck, waitForChecks } from './show-target-check.ts';

/** Maximum time in ms that a request waits for the results. */
const maxWaitMs = 25_000;

export const targetCheckEndpoints = [
  defineEndpoint({
    operationId: 'createTargetCheck',
    method: 'post',
    path: '/v1/target-checks',
    tag: 'Runs',
    scope: 'runs:write',
    summary: 'Check targets',
    description:
      'Sends one short request to each target, as a run would, and waits up to 25 seconds for the results. Counts toward `MAX_TARGET_CHECKS_PER_MINUTE`; the provider may bill the requests.',
    headers: createHeadersSchema,
    body: defineJsonBody(targetCheckBodySchema, { faultCode: 'INVALID_SPEC' }),
    answers: {
      200: defineJsonAnswer('The results', targetCheckSchema),
      202: defineJsonAnswer('The check, which continues in the background', targetCheckSchema),
    },
    handle: async (call) => {
      const { c, deps, receivedAtMs } = call;
      const isStored = async (id: string) => (await listChecks(call, id)).length > 0;
      const options = { kind: 'targetCheck', status: 202, isStored } as const;
      const { body, headers } = await createOnce(call, options, async ({ resourceId }) => {
        const checks = await createTargetCheck(call, call.body, resourceId);
        return { path: `/v1/target-checks/${resourceId}`, body: showTargetCheck(resourceId, checks) };
      });
      const { targetCheckId } = targetCheckSchema.pick({ targetCheckId: true }).parse(JSON.parse(body));
      const untilMs = receivedAtMs + Math.min(maxWaitMs, deps.config.maxWaitSeconds * 1_000);
      const checks = await waitForChecks(deps, await getChecks(call, targetCheckId), untilMs, c.req.raw.signal);
      const view = showTargetCheck(targetCheckId, checks);
      return c.json(view, view.status === 'done' ? 200 : 202, headers);
    },
  }),
  defineEndpoint({
    operationId: 'getTargetCheck',
    method: 'get',
    path: '/v1/target-checks/{targetCheckId}',
    tag: 'Runs',
    scope: 'runs:read',
    summary: 'Get a check of targets',
    description: 'Returns the results so far. They are deleted after 15 minutes.',
    answers: { 200: defineJsonAnswer('The check', targetCheckSchema) },
    handle: async (call) => {
      const { targetCheckId } = call.params;
      return call.c.json(showTargetCheck(targetCheckId, await getChecks(call, targetCheckId)), 200);
    },
  }),
  defineEndpoint({
    ...exchangeParts,
    operationId: 'getTargetCheckExchange',
    path: '/v1/target-checks/{targetCheckId}/exchanges/{exchangeId}',
    summary: 'Get the recorded exchange of a target check',
    handle: async (call) => {
      const { targetCheckId, exchangeId } = call.params;
      await getChecks(call, targetCheckId);
      return answerExchange(call, targetCheckId, exchangeId);
    },
  }),
];
