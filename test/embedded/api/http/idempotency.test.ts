import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../../../shared/errors/app-error.ts';
import { type ApiBench, leastSpec, openApiBench } from '../../../support/service/api-bench.ts';

let bench: ApiBench;
beforeAll(async () => {
  bench = await openApiBench({}, {}, 'embedded');
});
afterAll(() => bench.close());

let keys = 0;
const newKey = () => `key-${++keys}`;
const post = (path: string, body: unknown, key: string, bearer?: string) =>
  bench.ask('POST', path, {
    body,
    headers: { 'idempotency-key': key },
    ...(bearer === undefined ? {} : { key: bearer }),
  });

const creations = [
  { path: '/v1/runs', body: leastSpec(), id: 'runId' },
  { path: '/v1/credentials', body: { name: 'c', apiKey: 'sk-1' }, id: 'credentialId' },
  { path: '/v1/api-keys', body: { name: 'k', scopes: ['runs:read'] }, id: 'apiKeyId' },
  { path: '/v1/webhook-endpoints', body: { url: 'https://hooks.example.com' }, id: 'webhookEndpointId' },
];

describe.each(creations)('POST $path', ({ path, body, id }) => {
  test('the same key and body return the same response and create nothing', async () => {
    const key = newKey();
    const first = await post(path, body, key);
    const again = await post(path, body, key);
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect([first, again].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
  });

  test('a retry after the resource was deleted says so, and names the resource', async () => {
    const key = newKey();
    const first = await post(path, body, key);
    const location = first.headers.get('location') ?? '';
    await bench.deps.runs.update(first.json[id], {}, { status: 'completed' });
    expect((await bench.ask('DELETE', location)).status).toBe(204);
    const again = await post(path, body, key);
    expect([again.status, again.json.code]).toEqual([410, 'GONE']);
    expect(again.json.detail).toContain(`${key} was used to create ${location}, which was deleted`);
    expect((await post(path, body, newKey())).status).toBe(first.status);
  });

  test('the order of fields does not matter', async () => {
    const key = newKey();
    const first = await post(path, body, key);
    const turned = Object.fromEntries(Object.entries(body).toReversed());
    expect((await post(path, turned, key)).json[id]).toBe(first.json[id]);
  });

  test('the same key with another body is a conflict', async () => {
    const key = newKey();
    await post(path, body, key);
    const other = await post(
      path,
      { ...body, ...(path === '/v1/webhook-endpoints' ? { events: ['run.started'] } : { name: 'other' }) },
      key,
    );
    expect(other.status).toBe(409);
    expect(other.json.faults[0].pointer).toBe('header:idempotency-key');
  });

  test('idempotency keys are scoped to an API key', async () => {
    const key = newKey();
    const other = await bench.keyWith([
      'runs:write',
      'credentials:write',
      'api-keys:write',
      'webhooks:write',
      'runs:read',
    ]);
    const first = await post(path, body, key);
    const second = await post(path, body, key, other);
    expect(second.headers.get('idempotent-replayed')).toBeNull();
    expect(second.json[id]).not.toBe(first.json[id]);
  });
});

test('a retry finds the key of a new tenant', async () => {
  const key = newKey();
  const body = { name: 'k', scopes: ['runs:read'], tenantId: 'new' };
  const first = await post('/v1/api-keys', body, key);
  expect((await post('/v1/api-keys', body, key)).text).toBe(first.text);
});

test('a rejection releases the key for the corrected request', async () => {
  const key = newKey();
  const twice = { targets: ['a', 'a'].map((id) => ({ id, baseUrl: 'https://a.example.com', model: 'm' })) };
  expect((await post('/v1/runs', twice, key)).status).toBe(422);
  expect((await post('/v1/runs', leastSpec(), key)).status).toBe(202);
});

test('a rerun happens once per key', async () => {
  const { runId } = (await bench.ask('POST', '/v1/runs', { body: leastSpec() })).json;
  const key = newKey();
  const first = await post(`/v1/runs/${runId}/rerun`, {}, key);
  expect((await post(`/v1/runs/${runId}/rerun`, {}, key)).json.runId).toBe(first.json.runId);
});

test('of two concurrent requests, one creates and the other gets Retry-After', async () => {
  const key = newKey();
  const answers = await Promise.all([1, 2, 3].map(() => post('/v1/credentials', creations[1]?.body, key)));
  const made = answers.filter(({ status }) => status === 201);
  const ids = new Set(made.map(({ json }) => json.credentialId));
  expect(ids.size).toBe(1);
  for (const { status, headers } of answers.filter((answer) => !made.includes(answer))) {
    expect(status).toBe(409);
    expect(headers.get('retry-after')).toBe('1');
  }
});

describe('a crash between claim and response', () => {
  /** Opens an API whose process crashes at the n-th write of a creation. */
  async function benchThatDies(step: 'credentials' | 'webhookEndpoints' | 'runs' | 'queue' | 'apiKeys' | 'complete') {
    let nowMs = Date.now();
    let dead = true;
    const die = async () => {
      throw new Error('killed');
    };
    const timed = await openApiBench({}, { clock: { ...bench.deps.clock, nowMs: () => nowMs } }, 'embedded');
    const { deps } = timed;
    const real = {
      credentials: deps.credentials.put,
      webhookEndpoints: deps.webhookEndpoints.create,
      runs: deps.runs.create,
      queue: deps.queue.send,
      apiKeys: deps.apiKeys.create,
      complete: deps.idempotency.complete,
    };
    deps.credentials.put = (record) => (dead && step === 'credentials' ? die() : real.credentials(record));
    deps.webhookEndpoints.create = (record) =>
      dead && step === 'webhookEndpoints' ? die() : real.webhookEndpoints(record);
    deps.runs.create = (record) => (dead && step === 'runs' ? die() : real.runs(record));
    deps.queue.send = (message) => (dead && step === 'queue' ? die() : real.queue(message));
    deps.apiKeys.create = async (record) => {
      await real.apiKeys(record);
      if (dead && step === 'apiKeys') await die();
    };
    deps.idempotency.complete = (...args) => (dead && step === 'complete' ? die() : real.complete(...args));
    return {
      timed,
      revive: () => {
        dead = false;
        nowMs += 31_000;
      },
    };
  }

  const spec = {
    targets: [{ baseUrl: 'https://a.example.com', model: 'm', apiKey: 'sk-1' }],
    webhooks: [{ url: 'https://hooks.example.com' }],
  };

  test.each(['credentials', 'webhookEndpoints', 'runs', 'queue', 'complete'] as const)(
    'at %s: the retry creates one run and leaves nothing else',
    async (step) => {
      const { timed, revive } = await benchThatDies(step);
      const headers = { 'idempotency-key': 'once' };
      expect((await timed.ask('POST', '/v1/runs', { body: spec, headers })).status).toBe(500);
      expect((await timed.ask('POST', '/v1/runs', { body: spec, headers })).status).toBe(409);
      revive();
      const made = await timed.ask('POST', '/v1/runs', { body: spec, headers });
      expect(made.status).toBe(202);
      expect((await timed.ask('GET', '/v1/runs')).json.items).toHaveLength(1);
      expect((await timed.ask('GET', '/v1/webhook-endpoints')).json.items).toHaveLength(1);
      expect((await timed.dump()).match(/"sealed":\{/g)).toHaveLength(1);
      expect(timed.sent).toContainEqual({ kind: 'advance', runId: made.json.runId });
      await timed.close();
    },
  );

  test.each(['apiKeys', 'complete'] as const)('at %s: the retry returns a working key, the only one', async (step) => {
    const { timed, revive } = await benchThatDies(step);
    const before = (await timed.ask('GET', '/v1/api-keys')).json.items.length;
    const request = { body: { name: 'k', scopes: ['runs:read'] }, headers: { 'idempotency-key': 'once' } };
    expect((await timed.ask('POST', '/v1/api-keys', request)).status).toBe(500);
    revive();
    const { key } = (await timed.ask('POST', '/v1/api-keys', request)).json;
    expect((await timed.ask('GET', '/v1/runs', { key })).status).toBe(200);
    expect((await timed.ask('GET', '/v1/api-keys')).json.items).toHaveLength(before + 1);
    expect((await timed.ask('POST', '/v1/api-keys', request)).json.key).toBe(key);
    expect(await timed.dump()).not.toContain(key.slice(-43));
    await timed.close();
  });

  test('an overloaded store keeps the key, and the retry creates one run', async () => {
    const { timed, revive } = await benchThatDies('complete');
    const send = timed.deps.queue.send;
    timed.deps.queue.send = async () => {
      throw new AppError('UNAVAILABLE', 'The queue has too much to do', { retryAfterSeconds: 1 });
    };
    const headers = { 'idempotency-key': 'once' };
    expect((await timed.ask('POST', '/v1/runs', { body: spec, headers })).status).toBe(503);
    timed.deps.queue.send = send;
    revive();
    expect((await timed.ask('POST', '/v1/runs', { body: spec, headers })).status).toBe(202);
    expect((await timed.ask('GET', '/v1/runs')).json.items).toHaveLength(1);
    await timed.close();
  });
});
