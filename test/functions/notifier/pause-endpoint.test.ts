import { expect, test } from 'vitest';
import { deliverWebhook } from '../../../functions/notifier/deliver-webhook.ts';
import { HttpTimeoutError } from '../../../functions/notifier/safe-http.ts';
import type { Deps, SafeHttp } from '../../../shared/ports.ts';
import { pauseMs } from '../../../shared/records/webhooks.ts';
import { ids, makeDelivery, makeWebhookEndpoint } from '../../contract/make-record.ts';
import { createSimulation, originMs, settle } from '../../support/simulation/simulated-deps.ts';

const hanging: SafeHttp['post'] = () => Promise.reject(new HttpTimeoutError('No response within 20000 ms'));
const answering: SafeHttp['post'] = async () => ({ httpStatus: 204, body: '', durationMs: 3, retryAfter: null });

/** Opens a tenant with an endpoint that hangs until `answer` is called, and one that receives the events of pauses. */
async function open() {
  const { deps: simulated, sent, pass } = createSimulation();
  const tenantId = ids.next('tenant');
  const slow = makeWebhookEndpoint({ tenantId, url: 'https://slow.example.com/' });
  const watching = makeWebhookEndpoint({ tenantId, events: ['webhook_endpoint.paused'] });
  for (const endpoint of [slow, watching]) await simulated.webhookEndpoints.create(endpoint);
  const bench = { posts: 0, post: hanging };
  const post: SafeHttp['post'] = (...call) => {
    bench.posts++;
    return bench.post(...call);
  };
  const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
  const deps: Deps = { ...simulated, http: { post }, secrets: { seal: async () => '', open: async () => secret } };
  const deliver = async () => {
    const delivery = makeDelivery({ tenantId, webhookEndpointId: slow.webhookEndpointId, nextAttemptAtMs: originMs });
    const { deliveryId } = delivery;
    await deps.deliveries.create(delivery);
    await deliverWebhook(deps, { kind: 'deliver', tenantId, deliveryId });
    return () => deps.deliveries.get(tenantId, deliveryId);
  };
  const readSlow = () => deps.webhookEndpoints.get(tenantId, slow.webhookEndpointId);
  const listEvents = async () => {
    const page = { limit: 10, cursor: null };
    const { items } = await deps.deliveries.listByEndpoint(tenantId, watching.webhookEndpointId, page);
    return items.map(({ payload }) => JSON.parse(payload));
  };
  return { bench, deps, slow, sent, pass, deliver, readSlow, listEvents };
}

test('an endpoint is paused after three timeouts in a row, and the other endpoints receive one event', async () => {
  const { slow, deliver, readSlow, listEvents } = await open();
  await Promise.all([deliver(), deliver()]);
  expect(await readSlow()).toMatchObject({ pausedUntilMs: null });
  for (let i = 0; i < 2; i++) await deliver();
  const pausedUntilMs = originMs + pauseMs;
  expect(await readSlow()).toMatchObject({ disabled: false, pausedUntilMs });
  const events = await listEvents();
  expect(events).toMatchObject([
    {
      type: 'webhook_endpoint.paused',
      data: {
        webhookEndpointId: slow.webhookEndpointId,
        url: slow.url,
        timeoutsInRow: 3,
        pausedUntil: new Date(pausedUntilMs).toISOString(),
      },
    },
  ]);
});

test('a paused endpoint gets no request, and its deliveries wait without using up an attempt', async () => {
  const { bench, deliver } = await open();
  for (let i = 0; i < 4; i++) await deliver();
  const { posts } = bench;
  const read = await deliver();
  expect(bench.posts).toBe(posts);
  expect(await read()).toMatchObject({ status: 'pending', attempts: [], nextAttemptAtMs: originMs + pauseMs });
});

test('after the pause, a response ends the count, and another timeout pauses again', async () => {
  const { bench, pass, deliver, readSlow, listEvents } = await open();
  for (let i = 0; i < 4; i++) await deliver();
  await pass(pauseMs);
  await deliver();
  expect(await readSlow()).toMatchObject({ pausedUntilMs: originMs + 2 * pauseMs });
  expect(await listEvents()).toHaveLength(2);
  await pass(pauseMs);
  bench.post = answering;
  await deliver();
  expect(await readSlow()).toMatchObject({ timeoutsInRow: 0, pausedUntilMs: null });
});

test('other failures than timeouts do not pause an endpoint', async () => {
  const { bench, deliver, readSlow } = await open();
  bench.post = () => Promise.reject(new Error('The connection broke'));
  for (let i = 0; i < 5; i++) await deliver();
  expect(await readSlow()).toMatchObject({ timeoutsInRow: 0, pausedUntilMs: null });
});

test('32 concurrent timeouts pause an endpoint once, with one event', async () => {
  const { deps, deliver, readSlow, listEvents } = await open();
  const { update } = deps.webhookEndpoints;
  // Every call reads the endpoint before any of them writes.
  deps.webhookEndpoints.update = async (...call) => {
    await settle();
    return update(...call);
  };
  await Promise.all(Array.from({ length: 32 }, deliver));
  expect(await readSlow()).toMatchObject({ timeoutsInRow: 3, pausedUntilMs: originMs + pauseMs });
  expect(await listEvents()).toHaveLength(1);
});

test('an event is stored before the pause, so that a crash in between does not lose it', async () => {
  const { deps, deliver, readSlow, listEvents } = await open();
  const { update } = deps.webhookEndpoints;
  await deliver();
  await deliver();
  deps.webhookEndpoints.update = () => Promise.reject(new Error('killed'));
  await expect(deliver()).rejects.toThrow('killed');
  expect(await readSlow()).toMatchObject({ pausedUntilMs: null });
  deps.webhookEndpoints.update = update;
  await deliver();
  expect(await readSlow()).toMatchObject({ pausedUntilMs: originMs + pauseMs });
  expect(await listEvents()).toHaveLength(1);
});

test('after the pause, one delivery probes the endpoint, and the others wait for its result', async () => {
  const { bench, deps, pass, deliver } = await open();
  for (let i = 0; i < 3; i++) await deliver();
  await pass(pauseMs);
  const { promise, resolve } = Promise.withResolvers<void>();
  bench.post = async (...call) => {
    await promise;
    return answering(...call);
  };
  const { posts } = bench;
  const reads = [deliver(), deliver(), deliver()];
  await settle();
  expect(bench.posts).toBe(posts + 1);
  resolve();
  const states = [];
  for (const read of await Promise.all(reads)) states.push(await read());
  expect(states.map((state) => state?.status).toSorted()).toEqual(['delivered', 'pending', 'pending']);
  // The response makes the others due.
  for (const state of states) expect(state?.nextAttemptAtMs ?? 0).toBeLessThanOrEqual(deps.clock.nowMs());
});

test('an attempt that held up the notifier for 10 s counts with any error', async () => {
  const { bench, pass, deliver, readSlow } = await open();
  bench.post = async () => {
    await pass(10_000);
    throw new Error('The connection broke');
  };
  for (let i = 0; i < 3; i++) await deliver();
  expect(await readSlow()).toMatchObject({ timeoutsInRow: 3, pausedUntilMs: originMs + 30_000 + pauseMs });
});

test('a pause ends at once if the clock is set back to before it', async () => {
  const { bench, deps, deliver } = await open();
  const { nowMs } = deps.clock;
  deps.clock.nowMs = () => nowMs() + 2 * pauseMs;
  for (let i = 0; i < 3; i++) await deliver();
  deps.clock.nowMs = nowMs;
  bench.post = answering;
  const read = await deliver();
  expect(await read()).toMatchObject({ status: 'delivered' });
});
