import { z } from 'zod';
import {
  exchangeIdSchema,
  exchangeSummarySchema,
  recordedExchangeSchema,
} from '../../../shared/records/recorded-exchange.ts';
import { defineJsonAnswer, requireFound } from '../http/answers.ts';
import { type Call, defineEndpoint } from '../http/define-endpoint.ts';
import { getRun } from './get-run.ts';

const listSchema = z.object({ items: z.array(exchangeSummarySchema) }).meta({ id: 'ExchangeList' });

const read = { method: 'get', tag: 'Results', scope: 'runs:read' } as const;

/** What the operations that return a recorded exchange have in common. */
export const exchangeParts = {
  ...read,
  effort: 'long',
  isLarge: true,
  params: { exchangeId: exchangeIdSchema.describe('Id of the exchange, as in samples') },
  answers: { 200: defineJsonAnswer('The exchange', recordedExchangeSchema) },
} as const;

/** Returns a recorded exchange of a run or of a target check, which belongs to the caller. */
export async function answerExchange({ c, deps }: Call, ownerId: string, exchangeId: string): Promise<Response> {
  const json = requireFound(await deps.exchanges.get(ownerId, exchangeId), 'recorded exchange', exchangeId);
  return c.body(json, 200, { 'Content-Type': 'application/json' });
}

export const exchangeEndpoints = [
  defineEndpoint({
    ...read,
    operationId: 'listExchanges',
    isLarge: true,
    path: '/v1/runs/{runId}/exchanges',
    summary: 'List the recorded exchanges of a run',
    description: 'Requires `recordExchanges` in the spec. Also available while the run is active.',
    answers: { 200: defineJsonAnswer('The exchanges, ordered by stage and request', listSchema) },
    handle: async (call) => {
      const { runId } = await getRun(call, call.params.runId);
      return call.c.json({ items: await call.deps.exchanges.list(runId) }, 200);
    },
  }),
  defineEndpoint({
    ...exchangeParts,
    operationId: 'getExchange',
    path: '/v1/runs/{runId}/exchanges/{exchangeId}',
    summary: 'Get a recorded exchange',
    description: '`npm run replay -- exchange.json` serves it again with its timing.',
    handle: async (call) => {
      const { runId } = await getRun(call, call.params.runId);
      return answerExchange(call, runId, call.params.exchangeId);
    },
  }),
];
