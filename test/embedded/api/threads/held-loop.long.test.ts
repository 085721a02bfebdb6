import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endpoints } from '../../../../functions/api/endpoints.ts';
import { type LoopBench, openLoopBench } from '../../../support/service/loop-bench.ts';
import { listLargest, type Stored, storeLargest } from './largest-requests.ts';

/** Longest CPU time in ms for which a request may hold the API's event loop. */
const maxHeldMs = 50;

/** Deletions come last, because the other operations read what they delete. */
const operations = endpoints.toSorted((a, b) => Number(a.method === 'delete') - Number(b.method === 'delete'));

let bench: LoopBench;
let stored: Stored;

beforeAll(async () => {
  bench = await openLoopBench();
  stored = await storeLargest(bench);
  // The first requests load and compile code, which later requests do not.
  for (const path of ['/healthz', '/v1/runs?limit=1']) await (await bench.ask('GET', path)).arrayBuffer();
}, 240_000);
afterAll(() => bench.close());

describe('the largest request never holds the event loop of the API for long', () => {
  test.each(operations)(
    '$operationId',
    async (operation) => {
      for (const { path, body, type } of listLargest(operation, stored)) {
        await bench.readHeldMs();
        const headers = type === undefined ? undefined : { 'content-type': type };
        const response = await bench.ask(operation.method.toUpperCase(), path, body, headers);
        await response.arrayBuffer();
        const heldMs = await bench.readHeldMs();
        expect(response.status, path).toBeLessThan(500);
        expect(heldMs, path).toBeLessThan(maxHeldMs);
      }
    },
    60_000,
  );
});
