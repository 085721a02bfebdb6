import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiBench, leastSpec, openApiBench } from '../../../support/service/api-bench.ts';

let bench: ApiBench;
beforeAll(async () => {
  bench = await openApiBench();
});
afterAll(() => bench.close());

const apiKey = 'sk-live-0123456789abcdef';

test('a credential is stored sealed, shows its last four characters and can be deleted', async () => {
  const made = await bench.ask('POST', '/v1/credentials', { body: { name: 'anyscale', apiKey } });
  expect(made.status).toBe(201);
  expect(made.json).toMatchObject({ name: 'anyscale', lastFour: 'cdef' });
  const path = made.headers.get('location') ?? '';
  expect((await bench.ask('GET', path)).json).toEqual(made.json);
  expect((await bench.ask('GET', '/v1/credentials')).json.items).toContainEqual(made.json);
  expect((await bench.ask('DELETE', path)).status).toBe(204);
  expect((await bench.ask('GET', path)).status).toBe(404);
  expect((await bench.ask('DELETE', path)).status).toBe(404);
});

test('a short key shows no characters', async () => {
  expect(
    (await bench.ask('POST', '/v1/credentials', { body: { name: 's', apiKey: 'short' } })).json.lastFour,
  ).toBeNull();
});

test('a run refers to a credential by id', async () => {
  const { credentialId } = (await bench.ask('POST', '/v1/credentials', { body: { name: 'c', apiKey } })).json;
  const targets = [{ baseUrl: 'https://a.example.com', model: 'm', credentialId }];
  const run = await bench.ask('POST', '/v1/runs', { body: leastSpec({ targets }) });
  expect(run.status).toBe(202);
  expect(run.json.spec.targets[0].credentialId).toBe(credentialId);
});

test('an ephemeral credential is not listed, readable or usable by another run', async () => {
  const targets = [{ baseUrl: 'https://a.example.com', model: 'm', apiKey }];
  const { credentialId } = (await bench.ask('POST', '/v1/runs', { body: { targets } })).json.spec.targets[0];
  const listed = (await bench.ask('GET', '/v1/credentials?limit=100')).json.items;
  expect(listed.map((item: { credentialId: string }) => item.credentialId)).not.toContain(credentialId);
  expect((await bench.ask('GET', `/v1/credentials/${credentialId}`)).status).toBe(404);
  expect((await bench.ask('DELETE', `/v1/credentials/${credentialId}`)).status).toBe(404);
  const other = [{ baseUrl: 'https://evil.example.com', model: 'm', credentialId }];
  expect((await bench.ask('POST', '/v1/runs', { body: { targets: other } })).status).toBe(422);
});

test('a credential with an origin is never sent to another origin', async () => {
  const origin = 'https://api.example.com';
  const made = await bench.ask('POST', '/v1/credentials', { body: { name: 'bound', apiKey: 'sk-0123456789', origin } });
  expect(made.json).toMatchObject({ origin });
  const { credentialId } = made.json;
  const runAt = (baseUrl: string) =>
    bench.ask('POST', '/v1/runs', { body: { targets: [{ baseUrl, model: 'm', credentialId }] } });
  const refused = await runAt('https://elsewhere.example.com/v1');
  expect(refused.status).toBe(422);
  expect(refused.json.faults).toEqual([
    expect.objectContaining({ pointer: '/targets/0/credentialId', fault: expect.stringContaining(origin) }),
  ]);
  expect((await runAt(`${origin}/v1`)).status).toBe(202);
  for (const wrong of ['api.example.com', `${origin}/v1`, `${origin}/`, 'nonsense']) {
    const body = { name: 'bad', apiKey: 'sk-0123456789', origin: wrong };
    expect((await bench.ask('POST', '/v1/credentials', { body })).status, wrong).toBe(400);
  }
});
