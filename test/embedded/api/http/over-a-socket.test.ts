import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endpoints } from '../../../../functions/api/endpoints.ts';
import { type ApiListener, listenForApi } from '../../../../infra/local/listen-for-api.ts';
import { type ApiBench, leastSpec, openApiBench } from '../../../support/service/api-bench.ts';

/* Over a socket, requests without a body also have a body stream. `app.request` does not show this. */

let bench: ApiBench;
let api: ApiListener;

beforeAll(async () => {
  bench = await openApiBench();
  api = await listenForApi(0);
  api.serve(bench.app.fetch);
});
afterAll(async () => {
  await api.close(0);
  await bench.close();
});

type Sent = { body?: string; headers?: Record<string, string> };

function ask(
  method: string,
  path: string,
  { body, headers = {} }: Sent = {},
): Promise<{ status: number; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const outgoing = request(
    { host: '127.0.0.1', port: api.port, method, path, headers: { authorization: `Bearer ${bench.key}`, ...headers } },
    async (response) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      resolve({ status: response.statusCode ?? 0, text });
    },
  );
  outgoing.once('error', reject);
  outgoing.end(body);
  return promise;
}

const prefixes: Record<string, string> = {
  run: 'run',
  dataset: 'dts',
  credential: 'crd',
  apiKey: 'key',
  webhookEndpoint: 'whe',
  delivery: 'dlv',
};

/** A well-formed id without a resource. */
function unknownId(name: string): string {
  return `${prefixes[name]}_${'0'.repeat(26)}`;
}

const json = { 'content-type': 'application/json' };

async function endedRun(): Promise<string> {
  const { runId } = (await bench.ask('POST', '/v1/runs', { body: leastSpec() })).json;
  await bench.deps.runs.update(runId, {}, { status: 'completed', endedAtMs: 1 });
  return runId;
}

describe('a rerun, whose body is optional', () => {
  const noBodies: [string, Sent][] = [
    ['without a body', {}],
    ['with a length of 0', { headers: { 'content-length': '0' } }],
    ['with a content type and no body', { headers: { ...json, 'content-length': '0' } }],
    ['with a content type and chunks of nothing', { headers: { ...json, 'transfer-encoding': 'chunked' } }],
    ["with a form's content type and no body", { headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    ['with an empty object', { headers: json, body: '{}' }],
  ];
  test.each(noBodies)('is stored %s', async (_, sent) => {
    const runId = await endedRun();
    const { status, text } = await ask('POST', `/v1/runs/${runId}/rerun`, sent);
    expect(status, text).toBe(202);
    expect(JSON.parse(text)).toMatchObject({ status: 'queued', rerunOf: runId });
  });

  test('rejects a body of another type or with invalid JSON', async () => {
    const path = `/v1/runs/${await endedRun()}/rerun`;
    expect((await ask('POST', path, { body: '{}' })).status).toBe(415);
    expect((await ask('POST', path, { body: '{}', headers: { 'content-type': 'text/plain' } })).status).toBe(415);
    expect((await ask('POST', path, { body: '{', headers: json })).status).toBe(400);
  });

  test('is rejected for a deleted run', async () => {
    const runId = await endedRun();
    expect((await ask('DELETE', `/v1/runs/${runId}`)).status).toBe(204);
    expect((await ask('POST', `/v1/runs/${runId}/rerun`)).status).toBe(404);
  });
});

test('a request whose head is too large gets problem details, and so does one that is not HTTP', async () => {
  const { status, text } = await ask('GET', '/v1/runs', { headers: { 'x-long': 'x'.repeat(20_000) } });
  expect(status).toBe(431);
  expect(JSON.parse(text)).toMatchObject({
    status: 431,
    code: 'HEADERS_TOO_LARGE',
    requestId: expect.stringMatching(/^req_/),
  });
  const socket = connect(api.port, '127.0.0.1').setEncoding('utf8');
  socket.write('GET / HTTP/1.1\r\nno colon\r\n\r\n');
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\n.*"code":"INVALID_REQUEST"/s);
});

describe('every operation', () => {
  const operations = endpoints.map(({ method, path }) => ({
    method: method.toUpperCase(),
    path: path.replace(/\{(\w+)Id\}/g, (_, name: string) => unknownId(name)),
  }));

  test.each(operations)('$method $path returns no server error with and without a body', async (one) => {
    for (const sent of [{}, { body: '{}', headers: json }, { body: 'x' }]) {
      const { status, text } = await ask(one.method, one.path, sent);
      expect(status, text).toBeLessThan(500);
      expect(status).toBeGreaterThanOrEqual(200);
    }
  });
});
