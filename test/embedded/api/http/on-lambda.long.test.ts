import type { LambdaEvent } from 'hono/aws-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEventHandler } from '../../../../functions/api/answer-event.ts';
import { endpoints } from '../../../../functions/api/endpoints.ts';
import { type HttpGateway, startHttpGateway } from '../../../infra/lambda/http-gateway.ts';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';
import { listLargest, type Stored, storeLargest } from '../threads/largest-requests.ts';

/** Deletions come last, because the other operations read what they delete. */
const operations = endpoints.toSorted((a, b) => Number(a.method === 'delete') - Number(b.method === 'delete'));
const quotas = { MAX_ACTIVE_RUNS_PER_TENANT: '1000', MAX_BODY_BYTES: '4194304' };

let bench: ApiBench;
let gateway: HttpGateway;
let stored: Stored;
beforeAll(async () => {
  bench = await openApiBench({ ...quotas, AWS_LAMBDA_FUNCTION_NAME: 'api' });
  const handler = createEventHandler(bench.app);
  gateway = await startHttpGateway({
    invoke: async (event) => ({ kind: 'answer', body: JSON.stringify(await handler(event as LambdaEvent)) }),
  });
  stored = await storeLargest({ ...bench, stores: bench.deps, ids: bench.deps.ids, ask });
}, 120_000);
afterAll(async () => {
  await gateway.close();
  await bench.close();
});

function ask(method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Response> {
  const all = { authorization: `Bearer ${bench.key}`, 'content-type': 'application/json', ...headers };
  return fetch(`${gateway.url}${path}`, { method, headers: all, body: body ?? null });
}

describe('the largest request of each operation, through an HTTP API of AWS', () => {
  test.each(operations)(
    'is answered or refused, and does not fail at a limit: $operationId',
    async (operation) => {
      for (const { path, body, type } of listLargest(operation, stored))
        for (const coding of ['br', 'identity']) {
          const headers = { 'accept-encoding': coding, ...(type === undefined ? {} : { 'content-type': type }) };
          const response = await ask(operation.method.toUpperCase(), path, body, headers);
          const text = await response.text();
          expect(response.status, `${path} ${coding} ${text.slice(0, 300)}`).toBeLessThan(500);
        }
    },
    120_000,
  );
});
