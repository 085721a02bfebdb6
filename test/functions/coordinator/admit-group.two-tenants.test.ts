import { expect, test } from 'vitest';
import { ids } from '../../contract/make-record.ts';
import { modelTenants } from './model-tenants.ts';

const [large, small] = [ids.next('tenant'), ids.next('tenant')];
const readyTimeoutMs = 60_000;

/** 64 streams: one worker with all of them, eight workers with eight each, or 64 workers with one each. */
const capacities = [
  { maxWorkers: 1, streamsPerWorker: 64, streams: 10 },
  { maxWorkers: 8, streamsPerWorker: 8, streams: 8 },
  { maxWorkers: 64, streamsPerWorker: 1, streams: 10 },
];
/** While the large run starts, while it runs, and while its workers hand over. */
const instants = [0, 1, 900_000, 826_400];

test.each(capacities)(
  'with 64 streams in $maxWorkers workers, a million requests of a tenant delay 100 of another by less than 5 s',
  async ({ streams, ...deployment }) => {
    const hundred = { tenantId: small, createdAtMs: 0, streams, requests: 100 };
    const [alone] = await modelTenants([hundred], deployment);
    for (const createdAtMs of instants) {
      const million = { tenantId: large, createdAtMs: 0, streams: 64, requests: 1_000_000 };
      const [, shared] = await modelTenants([million, { ...hundred, createdAtMs }], deployment);
      expect((shared?.waitedMs ?? Number.NaN) - (alone?.waitedMs ?? 0)).toBeLessThan(5_000);
    }
  },
);

test('a million requests and a wide run that waits for them delay 100 requests of a third tenant by less than 5 s', async () => {
  const deployment = { maxWorkers: 8, streamsPerWorker: 8 };
  const results = await modelTenants(
    [
      { tenantId: large, createdAtMs: 0, streams: 64, requests: 20_000 },
      { tenantId: ids.next('tenant'), createdAtMs: 1_000, streams: 64, requests: 20_000 },
      { tenantId: small, createdAtMs: 2_000, streams: 8, requests: 100 },
    ],
    deployment,
  );
  expect(results[2]?.waitedMs).toBeLessThan(5_000);
  expect(Math.max(...results.map(({ heldMs }) => heldMs))).toBeLessThan(readyTimeoutMs);
});

test('of two wide runs at once, no worker waits for the workers of the other run', async () => {
  const wide = { createdAtMs: 0, streams: 64, requests: 6_400 };
  const deployment = { maxWorkers: 8, streamsPerWorker: 8 };
  const results = await modelTenants(
    [
      { ...wide, tenantId: large },
      { ...wide, tenantId: small },
    ],
    deployment,
  );
  expect(Math.max(...results.map(({ heldMs }) => heldMs))).toBeLessThan(1_000);
  // The second run starts when the first one, of 500 s, ends.
  expect(Math.max(...results.map(({ waitedMs }) => waitedMs))).toBeLessThan(510_000);
});
