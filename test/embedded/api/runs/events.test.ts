import { handle, type LambdaEvent } from 'hono/aws-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApi } from '../../../../functions/api/app.ts';
import { claimBatch } from '../../../../functions/worker/claim-batch.ts';
import { type ApiListener, listenForApi } from '../../../../infra/local/listen-for-api.ts';
import { readDocuments } from '../../../../infra/openapi/read-documents.ts';
import { buildBatch, noProgress } from '../../../../shared/records/manifest.ts';
import { type ApiBench, leastSpec, openApiBench } from '../../../support/service/api-bench.ts';
import { parseEvents, type ReadEvent, readEvents } from '../../../support/service/read-events.ts';
import { validatePayload } from '../../../support/service/validate-response.ts';

let bench: ApiBench;
let server: ApiListener;
beforeAll(async () => {
  bench = await openApiBench({
    DYNAMODB_ENDPOINT: 'http://127.0.0.1:9',
    HEARTBEAT_MS: '50',
    MAX_EVENT_READERS_PER_TENANT: '2',
  });
  server = await listenForApi(0);
  server.serve(bench.app.fetch);
});
afterAll(async () => {
  await server.close(0);
  await bench.close();
});

/** Stores a run of 20 requests whose progress the test makes. */
async function storeRun() {
  const load = { mode: 'concurrency', stages: [{ concurrency: 1, requests: 20 }] };
  const { runId } = (await bench.ask('POST', '/v1/runs', { body: leastSpec({ load }) })).json;
  const { runs, batches } = bench.deps;
  const key = { runId, stageIndex: 0, batchIndex: 0 };
  const start = async () => {
    await batches.create(buildBatch({ ...key, queuedAtMs: Date.now() }));
    await runs.update(runId, {}, { status: 'running', startedAtMs: Date.now() });
  };
  const finish = (ok: number) => batches.update(key, {}, { progress: { ...noProgress, issued: ok, ok } });
  const loseWorker = async () => {
    await batches.update(key, {}, { status: 'queued', attempt: 2 });
    await claimBatch(bench.deps, { kind: 'batch', ...key, attempt: 2 }, 'another worker');
  };
  const end = async () => {
    await runs.update(runId, {}, { status: 'finalizing' });
    await runs.update(runId, {}, { status: 'completed', trust: 'ok', endedAtMs: Date.now() });
  };
  const url = `http://127.0.0.1:${server.port}/v1/runs/${runId}/events`;
  const read = (lastEventId?: string, isEnough?: (events: readonly ReadEvent[]) => boolean, key = bench.key) => {
    const last = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    return readEvents(url, { authorization: `Bearer ${key}`, ...last }, isEnough);
  };
  return { runId, start, finish, loseWorker, end, read };
}

describe('the events of a run', () => {
  test('are complete and in order for a reader whose connection breaks again and again', async () => {
    const { start, finish, end, read } = await storeRun();
    const events: ReadEvent[] = (await read(undefined, (seen) => seen.length > 0)).events;
    const working = (async () => {
      await start();
      for (let ok = 1; ok <= 20; ok++) {
        await finish(ok);
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      await end();
    })();
    let connections = 0;
    for (; events.at(-1)?.event !== 'end'; connections++) {
      // Each connection but the last breaks after two events.
      const answer = await read(events.at(-1)?.id, (seen) => seen.length >= 2);
      expect([answer.status, answer.retryMs]).toEqual([200, 1_000]);
      events.push(...answer.events.slice(0, 2));
    }
    await working;
    expect(connections).toBeGreaterThan(2);
    const positions = events.map(({ id }) => id.split('-').map(Number));
    const order = positions.map(([rank = 0, version = 0]) => rank * 1_000 + version);
    expect(order).toEqual([...new Set(order)].sort((a, b) => a - b));
    for (const { data } of events) validatePayload(data, '#/components/schemas/RunEvent');
    const states = events.map(({ data }) => JSON.parse(data));
    expect([...new Set(states.map(({ status }) => status))]).toEqual(['queued', 'running', 'finalizing', 'completed']);
    expect(states.at(-1)).toMatchObject({ trust: 'ok', progress: { planned: 20, ended: 20, share: 1 } });
    const shares = states.map(({ progress }) => progress.share);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect((await read(events.at(-1)?.id)).status).toBe(204);
  });

  test('continue when another worker repeats the requests of a lost one, with ids that grow', async () => {
    const { start, finish, loseWorker, read } = await storeRun();
    await start();
    await finish(10);
    const readAfter = async (id: string) => (await read(id, (seen) => seen.length > 0)).events.slice(0, 1);
    expect(await readAfter('1-5')).toMatchObject([{ id: '1-20', event: 'progress' }]);
    const [[reclaimed]] = await Promise.all([readAfter('1-20'), loseWorker()]);
    expect(reclaimed).toMatchObject({ id: '1-21', event: 'progress' });
    expect(JSON.parse(reclaimed?.data ?? '')).toMatchObject({ progress: { ended: 0, share: 0.5 } });
    await finish(1);
    expect(await readAfter('1-21')).toMatchObject([{ id: '1-23', event: 'progress' }]);
  });

  test('end on Lambda with the first new event, and say when to reconnect', async () => {
    const { runId, start, finish } = await storeRun();
    await start();
    const config = { ...bench.deps.config, isOnLambda: true };
    const app = createApi({ ...bench.deps, config }, readDocuments());
    const handler = handle(app, { isContentTypeBinary: () => false });
    const ask = async (id?: string) => {
      const last = id === undefined ? {} : { 'last-event-id': id };
      const { body, isBase64Encoded } = await handler({
        version: '2.0',
        rawPath: `/v1/runs/${runId}/events`,
        rawQueryString: '',
        headers: { host: 'h', authorization: `Bearer ${bench.key}`, 'accept-encoding': 'gzip', ...last },
        requestContext: { http: { method: 'GET' } },
      } as unknown as LambdaEvent); // the parts of an event that the adapter reads
      expect(isBase64Encoded).toBe(false);
      return parseEvents(body);
    };
    const first = await ask();
    expect(first).toMatchObject({ events: [{ id: '1-0', event: 'status' }], retryMs: 2_000 });
    expect(first.comments).toEqual(['reconnect after 2000 ms']);
    const [second] = await Promise.all([ask('1-0'), finish(3)]);
    expect(second.events).toMatchObject([{ id: '1-6', event: 'progress' }]);
  });

  test('have a limited number of readers per tenant, and a reader that leaves makes room', async () => {
    const { start, finish, read } = await storeRun();
    await start();
    const opened = new Set<number>();
    const open = [1, 2].map((reader) =>
      read(undefined, (events) => {
        if (events.length > 0) opened.add(reader);
        return events.length >= 2;
      }),
    );
    await expect.poll(() => opened.size).toBe(2);
    const refused = await read();
    expect([refused.status, /retry-after: 10/i.test(refused.head)]).toEqual([429, true]);
    expect((await read(undefined, undefined, await bench.foreignKey())).status).toBe(404);
    await finish(1);
    await Promise.all(open);
    await expect.poll(async () => (await read(undefined, (events) => events.length > 0)).status).toBe(200);
  });
});
