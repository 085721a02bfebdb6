import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

describe('secret headers', () => {
  const secretHeaders = { 'CF-Access-Client-Secret': 'made-up-0123456789' };
  const target = { id: 'a', baseUrl: 'https://a.example.com/v1', model: 'm' };
  const create = (more: object) => bench.ask('POST', '/v1/runs', { body: { targets: [{ ...target, ...more }] } });

  test('are never shown: a run shows their names, and its manifest names what a new run must give', async () => {
    const { status, json } = await create({ apiKey: 'sk-1', secretHeaders });
    expect(status).toBe(202);
    expect(json.spec.targets[0]).toMatchObject({ secretHeaderNames: ['CF-Access-Client-Secret'] });
    expect(JSON.stringify(json)).not.toContain('made-up');
    const { json: manifest } = await bench.ask('GET', `/v1/runs/${json.runId}/manifest`);
    const again = await bench.ask('POST', '/v1/runs', { body: { ...manifest.spec, seed: 1 } });
    expect(again.json.faults).toMatchObject([{ pointer: '/targets/0/secretHeaders/CF-Access-Client-Secret' }]);
    const [stored] = manifest.spec.targets;
    const body = { ...manifest.spec, targets: [{ ...stored, secretHeaders }] };
    expect((await bench.ask('POST', '/v1/runs', { body })).json.manifestSha256).toBe(json.manifestSha256);
  });

  test('of a rerun replace those that were deleted, and a missing one is named', async () => {
    const { json } = await create({ apiKey: 'sk-1', secretHeaders });
    const rerun = (body: object) => bench.ask('POST', `/v1/runs/${json.runId}/rerun`, { body });
    expect((await rerun({ apiKeys: { a: 'sk-1' }, secretHeaders: { a: secretHeaders } })).status).toBe(202);
    expect((await rerun({ secretHeaders: { b: secretHeaders } })).json.faults).toMatchObject([
      { pointer: '/secretHeaders/b' },
    ]);
  });

  test('can be stored as a credential, with or without a key', async () => {
    for (const secrets of [{ secretHeaders }, { secretHeaders, apiKey: 'sk-1' }]) {
      const made = await bench.ask('POST', '/v1/credentials', { body: { name: 'gateway', ...secrets } });
      expect(made.json).toMatchObject({ name: 'gateway', lastFour: null });
      expect(JSON.stringify(made.json)).not.toContain('made-up');
      expect((await create({ credentialId: made.json.credentialId })).status).toBe(202);
    }
    const empty = await bench.ask('POST', '/v1/credentials', { body: { name: 'empty' } });
    expect(empty.status).toBe(400);
  });
});
