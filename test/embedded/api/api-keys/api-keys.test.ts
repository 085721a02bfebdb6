import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';

let bench: ApiBench;
beforeAll(async () => {
  bench = await openApiBench();
});
afterAll(() => bench.close());

const make = (body: unknown, key?: string) =>
  bench.ask('POST', '/v1/api-keys', key === undefined ? { body } : { body, key });

test('a key is shown once, works, and is stored only as a hash', async () => {
  const made = await make({ name: 'ci', scopes: ['runs:read'] });
  expect(made.status).toBe(201);
  expect(made.json.key).toMatch(/^tm_[0-9a-z]{26}_[0-9a-z]{26}_[\w-]{43}$/);
  expect((await bench.ask('GET', '/v1/runs', { key: made.json.key })).status).toBe(200);
  const shown = await bench.ask('GET', `/v1/api-keys/${made.json.apiKeyId}`);
  expect(shown.json).toMatchObject({ name: 'ci', scopes: ['runs:read'], expiresAt: null });
  expect(shown.json.key).toBeUndefined();
  expect(await bench.dump()).not.toContain(made.json.key.slice(-43));
});

test('a key cannot grant a scope that it lacks, and the fault contains the scope', async () => {
  const key = await bench.keyWith(['api-keys:write', 'runs:read']);
  const refused = await make({ name: 'k', scopes: ['runs:read', 'runs:write', 'admin'] }, key);
  expect(refused.status).toBe(403);
  expect(refused.json.faults.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['/scopes/1', '/scopes/2']);
});

test('only admin creates keys of other tenants, and tenants are isolated', async () => {
  const key = await bench.keyWith(['api-keys:write', 'runs:read']);
  expect((await make({ name: 'k', scopes: ['runs:read'], tenantId: 'new' }, key)).status).toBe(403);
  const made = (await make({ name: 'k', scopes: ['runs:read', 'api-keys:read'], tenantId: 'new' })).json;
  expect(made.tenantId).not.toBe(bench.tenantId);
  const seen = (await bench.ask('GET', '/v1/api-keys', { key: made.key })).json.items;
  expect(seen.map(({ apiKeyId }: { apiKeyId: string }) => apiKeyId)).toEqual([made.apiKeyId]);
  const further = (await make({ name: 'k2', scopes: ['runs:read'], tenantId: made.tenantId })).json;
  expect(further.tenantId).toBe(made.tenantId);
});

test('an expired key is rejected', async () => {
  let nowMs = Date.now();
  const clock = { ...bench.deps.clock, nowMs: () => nowMs };
  const timed = await openApiBench({}, { clock });
  const expiresAt = new Date(nowMs + 3_600_000).toISOString();
  const { key } = (await timed.ask('POST', '/v1/api-keys', { body: { name: 'k', scopes: ['runs:read'], expiresAt } }))
    .json;
  expect((await timed.ask('GET', '/v1/runs', { key })).status).toBe(200);
  nowMs += 3_600_000;
  expect((await timed.ask('GET', '/v1/runs', { key })).status).toBe(401);
  const past = await timed.ask('POST', '/v1/api-keys', { body: { name: 'k', scopes: ['runs:read'], expiresAt } });
  await timed.close();
  expect(past.json.faults[0].pointer).toBe('/expiresAt');
});

test('each key has its own rate limit, which every response reports with the reset time', async () => {
  let nowMs = 1_700_000_000_000;
  const timed = await openApiBench(
    { RATE_LIMIT_PER_MINUTE: '3' },
    { clock: { ...bench.deps.clock, nowMs: () => nowMs } },
  );
  const answers = [];
  for (let index = 0; index < 4; index++) answers.push(await timed.ask('GET', '/v1/runs'));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
  expect(answers.map(({ headers }) => headers.get('ratelimit-remaining'))).toEqual(['2', '1', '0', '0']);
  const waitSeconds = Number(answers[3]?.headers.get('retry-after'));
  expect(answers[3]?.headers.get('ratelimit-reset')).toBe(String(waitSeconds));
  nowMs += waitSeconds * 1_000;
  expect((await timed.ask('GET', '/v1/runs')).status).toBe(200);
  await timed.close();
});
