import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiBench, leastSpec, openApiBench } from '../../../support/service/api-bench.ts';

let bench: ApiBench;
beforeAll(async () => {
  bench = await openApiBench();
});
afterAll(() => bench.close());

const entry = (change: object = {}) => ({
  kind: 'tokens',
  model: 'm',
  inputPerMillionTokens: 3,
  outputPerMillionTokens: 15,
  asOf: '2026-01-31',
  source: 'an offer',
  ...change,
});
const put = (name: string, body: object, key?: string) =>
  bench.ask('PUT', `/v1/price-book/${name}`, { body, ...(key === undefined ? {} : { key }) });
const targetAt = (change: object) => ({ baseUrl: 'https://api.example.com/v1', model: 'm', ...change });
type Item = { name: string; asOf: string; origin: string };

test('starts with the built-in prices, in pages sorted by name', async () => {
  const seen: Item[] = [];
  let path: string | null = '/v1/price-book?limit=7';
  while (path !== null) {
    const { json } = await bench.ask('GET', path);
    seen.push(...json.items);
    path = json.cursor === null ? null : `/v1/price-book?limit=7&cursor=${json.cursor}`;
  }
  const places = seen.map(({ name, asOf }) => `${name} ${asOf}`);
  expect(new Set(places).size).toBe(places.length);
  expect(seen.map(({ name }) => name)).toEqual(seen.map(({ name }) => name).toSorted());
  expect(seen.every(({ origin }) => origin === 'built-in')).toBe(true);
  const models = await bench.ask('GET', '/v1/price-book?model=meta-llama%2FLlama-2-70b-chat-hf');
  expect(models.json.items).toMatchObject([
    { name: 'anyscale.llama-2-70b-chat', inputPerMillionTokens: 1, outputPerMillionTokens: 1, asOf: '2023-11-01' },
    { name: 'fireworks.llama-2-70b-chat', inputPerMillionTokens: 0.7, outputPerMillionTokens: 2.8 },
  ]);
  expect((await bench.ask('GET', '/v1/price-book?instanceType=p4d.24xlarge')).json.items.length).toBeGreaterThan(1);
});

test('stores one entry per name and date, replaces it, and returns the price of a date', async () => {
  const made = await put('acme.dated', entry());
  expect(made.status).toBe(201);
  expect(made.headers.get('location')).toBe('/v1/price-book/acme.dated?asOf=2026-01-31');
  expect((await put('acme.dated', entry({ source: 'read again' }))).status).toBe(200);
  expect((await put('acme.dated', entry({ asOf: '2025-01-31', inputPerMillionTokens: 5 }))).status).toBe(201);
  const get = async (query: string) => bench.ask('GET', `/v1/price-book/acme.dated${query}`);
  expect((await get('')).json).toMatchObject({ source: 'read again', origin: 'tenant', inputPerMillionTokens: 3 });
  expect((await get('?asOf=2026-01-30')).json).toMatchObject({ asOf: '2025-01-31', inputPerMillionTokens: 5 });
  expect((await get('?asOf=2025-01-30')).status).toBe(404);
  const listed = (await bench.ask('GET', '/v1/price-book?name=acme.dated')).json.items;
  expect(listed.map(({ asOf }: Item) => asOf)).toEqual(['2026-01-31', '2025-01-31']);
  expect((await bench.ask('DELETE', '/v1/price-book/acme.dated?asOf=2026-01-31')).status).toBe(204);
  expect((await get('')).json).toMatchObject({ asOf: '2025-01-31' });
});

test('a tenant entry hides the built-in entry of its name, only for this tenant, until it is deleted', async () => {
  const name = 'anyscale.llama-2-70b-chat';
  const foreign = await bench.foreignKey();
  await put(name, entry({ asOf: '2020-01-01' }));
  expect((await bench.ask('GET', `/v1/price-book/${name}`)).json).toMatchObject({ origin: 'tenant' });
  expect((await bench.ask('GET', `/v1/price-book/${name}`, { key: foreign })).json).toMatchObject({
    origin: 'built-in',
  });
  expect((await bench.ask('DELETE', `/v1/price-book/${name}`, { key: foreign })).status).toBe(404);
  expect((await bench.ask('DELETE', `/v1/price-book/${name}`)).status).toBe(204);
  expect((await bench.ask('GET', `/v1/price-book/${name}`)).json).toMatchObject({ origin: 'built-in' });
  expect((await bench.ask('DELETE', `/v1/price-book/${name}`)).status).toBe(404);
});

test('a run keeps the prices of its entry when the entry changes', async () => {
  await put('acme.pinned', entry());
  const targets = [
    targetAt({ id: 'one', pricing: { priceBookEntry: 'acme.pinned' } }),
    targetAt({ id: 'own', dedicated: { instanceType: 'p4de.24xlarge', instances: 2 } }),
  ];
  const run = await bench.ask('POST', '/v1/runs', { body: leastSpec({ targets }) });
  expect(run.status).toBe(202);
  const pinned = run.json.spec.targets;
  expect(pinned[0].pricing).toEqual({
    inputPerMillionTokens: 3,
    outputPerMillionTokens: 15,
    currency: 'USD',
    asOf: '2026-01-31',
    source: 'an offer',
    priceBookEntry: 'acme.pinned',
  });
  expect(pinned[1].dedicated).toMatchObject({ hourlyUsd: 17.401365, instances: 2, asOf: '2026-08-26' });
  await put('acme.pinned', entry({ inputPerMillionTokens: 99 }));
  await bench.ask('DELETE', '/v1/price-book/acme.pinned');
  const path = `/v1/runs/${run.json.runId}`;
  expect((await bench.ask('GET', path)).json.spec.targets).toEqual(pinned);
  const manifest = await bench.ask('GET', `${path}/manifest`);
  expect(manifest.text).toContain('"inputPerMillionTokens":3,');
  // What a run keeps can be given as a spec again.
  const again = { targets: pinned.map(({ credentialId: _, ...target }: Record<string, unknown>) => target) };
  const copy = await bench.ask('POST', '/v1/runs', { body: again });
  expect(copy.json.spec.targets).toEqual(pinned);
});

test('an unknown entry and a date before its first price are rejected with a pointer', async () => {
  const targets = [
    targetAt({ pricing: { priceBookEntry: 'nowhere' } }),
    targetAt({ pricing: { priceBookEntry: 'fireworks.llama-2-70b-chat', asOf: '2023-10-31' } }),
    targetAt({ dedicated: { instanceType: 'p5.48xlarge' } }),
  ];
  const refused = await bench.ask('POST', '/v1/estimates', { body: { targets } });
  expect(refused.status).toBe(422);
  expect(refused.json.faults.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
    '/targets/0/pricing/priceBookEntry',
    '/targets/1/pricing/asOf',
    '/targets/2/dedicated/instanceType',
  ]);
});

test('an invalid entry, name or cursor is rejected', async () => {
  for (const wrong of [
    { source: undefined },
    { asOf: 'yesterday' },
    { currency: 'EUR' },
    { kind: 'gpu' },
    { extra: 1 },
  ])
    expect((await put('acme.wrong', entry(wrong))).status, JSON.stringify(wrong)).toBe(400);
  const tiny = await put('acme.tiny', entry({ inputPerMillionTokens: 9e-131 }));
  expect(tiny).toMatchObject({
    status: 422,
    json: { code: 'NUMBER_OUT_OF_RANGE', faults: [{ pointer: '/inputPerMillionTokens' }] },
  });
  // A malformed name in a path returns NOT_FOUND.
  expect((await put('Not_A_Slug!', entry())).status).toBe(404);
  expect((await bench.ask('GET', '/v1/price-book?cursor=eyJ9')).json.faults[0].pointer).toBe('?cursor');
  const reader = await bench.keyWith(['runs:read']);
  expect((await put('acme.m', entry(), reader)).status).toBe(403);
});
