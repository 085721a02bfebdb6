import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiListener, listenForApi } from '../../infra/local/listen-for-api.ts';
import { buildBatch, noProgress } from '../../shared/records/manifest.ts';
import { openServer } from '../support/servers/open-server.ts';
import { type ApiBench, leastSpec, openApiBench } from '../support/service/api-bench.ts';
import { launchChromium } from './launch-chromium.ts';

let bench: ApiBench;
let api: ApiListener;
beforeAll(async () => {
  bench = await openApiBench({ DYNAMODB_ENDPOINT: 'http://127.0.0.1:9', HEARTBEAT_MS: '50' });
  api = await listenForApi(0);
  api.serve(bench.app.fetch);
});
afterAll(async () => {
  await api.close(0);
  await bench.close();
});

/** Starts the server of a website: it serves an empty page, and forwards events with the API key, which pages lack. */
async function openWebsite(runId: string) {
  const site = { lastEventIds: [] as (string | undefined)[], cut: () => {} };
  const server = await openServer(async (request, response) => {
    if (request.url !== '/events') return void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>');
    const lastEventId = request.headers['last-event-id']?.toString();
    site.lastEventIds.push(lastEventId);
    const headers = {
      authorization: `Bearer ${bench.key}`,
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    };
    const path = `/v1/runs/${runId}/events`;
    const forwarded = httpRequest({ host: '127.0.0.1', port: api.port, path, headers }, (reply) => {
      response.writeHead(reply.statusCode ?? 500, { 'content-type': reply.headers['content-type'] ?? 'text/plain' });
      reply.pipe(response);
    });
    site.cut = () => {
      forwarded.destroy();
      response.destroy();
    };
    forwarded.on('error', () => response.destroy()).end();
  });
  return { site, server };
}

test('an EventSource reads each event once although its connection breaks, and stops at the end of the run', async () => {
  const load = { mode: 'concurrency', stages: [{ concurrency: 1, requests: 20 }] };
  const { runId } = (await bench.ask('POST', '/v1/runs', { body: leastSpec({ load }) })).json;
  const { runs, batches } = bench.deps;
  const key = { runId, stageIndex: 0, batchIndex: 0 };
  await batches.create(buildBatch({ ...key, queuedAtMs: Date.now() }));
  const finish = (ok: number) => batches.update(key, {}, { progress: { ...noProgress, issued: ok, ok } });
  const { site, server } = await openWebsite(runId);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    await page.evaluate(`
      window.events = [];
      window.source = new EventSource('/events');
      for (const name of ['status', 'progress', 'end'])
        source.addEventListener(name, (event) => events.push([name, event.lastEventId, JSON.parse(event.data).status]));
    `);
    const read = async () => (await page.evaluate('events')) as [string, string, string][]; // what the page pushes
    const seen = (id: string) => expect.poll(async () => (await read()).map((event) => event[1])).toContain(id);
    await seen('0-0');
    await runs.update(runId, {}, { status: 'running', startedAtMs: Date.now() });
    await finish(5);
    await seen('1-10');
    site.cut();
    await finish(12);
    await seen('1-24');
    site.cut();
    await finish(20);
    await runs.update(runId, {}, { status: 'finalizing' });
    await runs.update(runId, {}, { status: 'completed', endedAtMs: Date.now() });
    await expect.poll(async () => await page.evaluate('source.readyState')).toBe(2);
    const events = await read();
    const ids = events.map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(ids.toSorted((a, b) => rank(a) - rank(b)));
    expect([...new Set(events.map(([, , status]) => status))]).toEqual([
      'queued',
      'running',
      'finalizing',
      'completed',
    ]);
    expect(events.at(-1)?.[0]).toBe('end');
    // After the end, the browser asks once more, gets 204, and stops.
    expect(site.lastEventIds.slice(0, 3)).toEqual([undefined, '1-10', '1-24']);
    expect(site.lastEventIds.at(-1)).toBe(ids.at(-1));
  } finally {
    await browser.close();
    await server.close();
  }
}, 60_000);

function rank(id: string): number {
  const [status = 0, version = 0] = id.split('-').map(Number);
  return status * 1_000_000 + version;
}
