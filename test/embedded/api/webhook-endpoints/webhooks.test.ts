import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeliveryRecord } from '../../../../shared/records/webhooks.ts';
import { makePayload } from '../../../contract/make-record.ts';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';

let bench: ApiBench;
beforeAll(async () => {
  bench = await openApiBench();
});
afterAll(() => bench.close());

const create = async () =>
  (await bench.ask('POST', '/v1/webhook-endpoints', { body: { url: 'https://hooks.example.com/x' } })).json;

async function addDelivery(webhookEndpointId: string, change: Partial<DeliveryRecord> = {}): Promise<DeliveryRecord> {
  const delivery: DeliveryRecord = {
    deliveryId: bench.deps.ids.next('delivery'),
    tenantId: bench.tenantId,
    webhookEndpointId,
    runId: bench.deps.ids.next('run'),
    eventId: bench.deps.ids.next('event'),
    eventType: 'run.completed',
    payload: makePayload(),
    status: 'failed',
    attempts: [{ atMs: 1_700_000_000_000, durationMs: 12.5, httpStatus: 500, error: null, responseBody: 'no' }],
    nextAttemptAtMs: null,
    claimedUntilMs: null,
    createdAtMs: Date.now(),
    ...change,
  };
  await bench.deps.deliveries.create(delivery);
  return delivery;
}

test('an endpoint can be created, updated, disabled and deleted', async () => {
  const made = await create();
  expect(made).toMatchObject({ runId: null, disabled: false, events: ['run.completed', 'run.failed', 'run.canceled'] });
  const path = `/v1/webhook-endpoints/${made.webhookEndpointId}`;
  const change = { url: 'https://hooks.example.com/y', events: ['run.started'], disabled: true };
  expect((await bench.ask('PATCH', path, { body: change })).json).toEqual({ ...made, ...change });
  expect((await bench.ask('PATCH', path, { body: {} })).json).toEqual({ ...made, ...change });
  expect((await bench.ask('GET', '/v1/webhook-endpoints')).json.items).toContainEqual({ ...made, ...change });
  expect((await bench.ask('DELETE', path)).status).toBe(204);
  expect((await bench.ask('GET', path)).status).toBe(404);
});

test('a change ends the pause, and sends the deliveries that wait for its end', async () => {
  const { webhookEndpointId } = await create();
  const path = `/v1/webhook-endpoints/${webhookEndpointId}`;
  const pausedUntilMs = Date.now() + 3_000_000;
  await bench.deps.webhookEndpoints.update(bench.tenantId, webhookEndpointId, { timeoutsInRow: 3, pausedUntilMs });
  const pending = { status: 'pending', claimedUntilMs: null } as const;
  const waiting = await addDelivery(webhookEndpointId, { ...pending, nextAttemptAtMs: pausedUntilMs });
  const later = await addDelivery(webhookEndpointId, { ...pending, nextAttemptAtMs: pausedUntilMs + 1 });
  bench.sent.length = 0;
  expect((await bench.ask('PATCH', path, { body: {} })).json.pausedUntil).toBeNull();
  expect(bench.sent).toMatchObject([{ kind: 'deliver', deliveryId: waiting.deliveryId }]);
  const { items } = (await bench.ask('GET', `${path}/deliveries`)).json;
  const nextAt = new Map(
    items.map((one: { deliveryId: string; nextAttemptAt: string }) => [one.deliveryId, one.nextAttemptAt]),
  );
  expect(Date.parse(String(nextAt.get(waiting.deliveryId)))).toBeLessThanOrEqual(Date.now());
  expect(Date.parse(String(nextAt.get(later.deliveryId)))).toBe(pausedUntilMs + 1);
});

test('the standardwebhooks package verifies signatures with the secret', async () => {
  const { webhookEndpointId } = await create();
  const { secret } = (await bench.ask('GET', `/v1/webhook-endpoints/${webhookEndpointId}/secret`)).json;
  const webhook = new Webhook(secret);
  const at = new Date();
  const headers = {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': webhook.sign('evt_1', at, '{}'),
  };
  expect(webhook.verify('{}', headers)).toEqual({});
  expect(await bench.dump()).not.toContain(secret);
});

test('a rotation replaces the secret, and a retry with the same idempotency key returns the same secret', async () => {
  const { webhookEndpointId } = await create();
  const path = `/v1/webhook-endpoints/${webhookEndpointId}`;
  const before = (await bench.ask('GET', `${path}/secret`)).json;
  expect(before.previousSecretExpiresAt).toBeNull();
  const rotate = (key: string, body?: unknown) =>
    bench.ask('POST', `${path}/rotate-secret`, { headers: { 'idempotency-key': `${key}-${webhookEndpointId}` }, body });
  const rotated = await rotate('first');
  expect([rotated.status, rotated.headers.get('location')]).toEqual([201, `${path}/secret`]);
  const overlapMs = Date.parse(rotated.json.previousSecretExpiresAt) - Date.now();
  expect(Math.abs(overlapMs - 86_400_000)).toBeLessThan(60_000);
  expect(rotated.json.secret).not.toBe(before.secret);
  expect((await rotate('first')).json).toEqual(rotated.json);
  expect((await bench.ask('GET', `${path}/secret`)).json).toEqual(rotated.json);
  const last = await rotate('last', { overlapSeconds: 0 });
  expect(last.json.previousSecretExpiresAt).toBeNull();
  expect(last.json.secret).not.toBe(rotated.json.secret);
  expect((await rotate('third', { overlapSeconds: -1 })).json.faults[0].pointer).toBe('/overlapSeconds');
  expect(await bench.dump()).not.toContain(last.json.secret);
});

test('a test event is a delivery to the endpoint, which need not subscribe to it', async () => {
  const { webhookEndpointId } = await create();
  const path = `/v1/webhook-endpoints/${webhookEndpointId}`;
  const sent = await bench.ask('POST', `${path}/test`);
  expect(sent.status).toBe(202);
  expect(sent.json).toMatchObject({ runId: null, eventType: 'webhook_endpoint.test', status: 'pending' });
  const { id, type, data } = sent.json.payload;
  expect(JSON.parse(sent.json.body)).toEqual(sent.json.payload);
  expect({ id, type, data }).toEqual({
    id: sent.json.eventId,
    type: 'webhook_endpoint.test',
    data: { webhookEndpointId, url: 'https://hooks.example.com/x' },
  });
  expect(bench.sent.at(-1)).toMatchObject({ kind: 'deliver', deliveryId: sent.json.deliveryId });
  expect((await bench.ask('GET', `${path}/deliveries`)).json.items).toEqual([sent.json]);
  await bench.ask('PATCH', path, { body: { disabled: true } });
  expect((await bench.ask('POST', `${path}/test`)).status).toBe(409);
});

test('the delivery log shows attempts, newest first', async () => {
  const { webhookEndpointId } = await create();
  const first = await addDelivery(webhookEndpointId);
  const second = await addDelivery(webhookEndpointId, { status: 'delivered' });
  const { items } = (await bench.ask('GET', `/v1/webhook-endpoints/${webhookEndpointId}/deliveries`)).json;
  expect(items.map(({ deliveryId }: DeliveryRecord) => deliveryId)).toEqual([second.deliveryId, first.deliveryId]);
  expect(items[1].attempts[0]).toMatchObject({ httpStatus: 500, at: '2023-11-14T22:13:20.000Z', responseBody: 'no' });
});

test('deliveries are listed across endpoints, and found by status and run', async () => {
  const { webhookEndpointId } = await create();
  const first = await addDelivery(webhookEndpointId);
  const second = await addDelivery((await create()).webhookEndpointId, { status: 'delivered' });
  const find = async (query: string) =>
    (await bench.ask('GET', `/v1/deliveries${query}`)).json.items.map(({ deliveryId }: DeliveryRecord) => deliveryId);
  const all = await find('?limit=2');
  expect(new Set(all)).toEqual(new Set([first.deliveryId, second.deliveryId]));
  expect(await find(`?runId=${second.runId}`)).toEqual([second.deliveryId]);
  expect(await find(`?runId=${second.runId}&status=failed`)).toEqual([]);
  expect(await find(`?webhookEndpointId=${webhookEndpointId}`)).toEqual([first.deliveryId]);
  expect((await bench.ask('GET', '/v1/deliveries?status=lost')).json.faults[0].pointer).toBe('?status');
  expect((await bench.ask('GET', '/v1/deliveries', { key: await bench.foreignKey() })).json.items).toEqual([]);
});

test('redeliver sends the same event as a new delivery', async () => {
  const { webhookEndpointId } = await create();
  const delivery = await addDelivery(webhookEndpointId);
  const path = `/v1/webhook-endpoints/${webhookEndpointId}/deliveries/${delivery.deliveryId}/redeliver`;
  const again = await bench.ask('POST', path);
  expect(again.status).toBe(202);
  expect(again.json).toMatchObject({
    eventId: delivery.eventId,
    payload: JSON.parse(delivery.payload),
    body: delivery.payload,
    status: 'pending',
    attempts: [],
  });
  expect(again.json.deliveryId).not.toBe(delivery.deliveryId);
  expect(bench.sent.at(-1)).toEqual({ kind: 'deliver', tenantId: bench.tenantId, deliveryId: again.json.deliveryId });
  const due = await bench.deps.deliveries.listDue(Date.now(), 100);
  expect(due.map(({ deliveryId }) => deliveryId)).toContain(again.json.deliveryId);
});

test('redeliver of a pending delivery makes its next attempt now', async () => {
  const { webhookEndpointId } = await create();
  const pending = await addDelivery(webhookEndpointId, { status: 'pending', nextAttemptAtMs: Date.now() + 60_000 });
  const path = `/v1/webhook-endpoints/${webhookEndpointId}/deliveries/${pending.deliveryId}/redeliver`;
  const again = await bench.ask('POST', path);
  expect(again.status).toBe(202);
  expect(again.json).toMatchObject({ deliveryId: pending.deliveryId, eventId: pending.eventId, status: 'pending' });
  expect(Date.parse(again.json.nextAttemptAt)).toBeLessThanOrEqual(Date.now());
  expect(bench.sent.at(-1)).toMatchObject({ kind: 'deliver', deliveryId: pending.deliveryId });
});

test('redeliver rejects attempts in progress, disabled endpoints and deliveries of other endpoints', async () => {
  const { webhookEndpointId } = await create();
  const path = (id: string, of = webhookEndpointId) => `/v1/webhook-endpoints/${of}/deliveries/${id}/redeliver`;
  const claimedUntilMs = Date.now() + 60_000;
  const claimed = { status: 'pending', nextAttemptAtMs: claimedUntilMs, claimedUntilMs } as const;
  const busy = await bench.ask('POST', path((await addDelivery(webhookEndpointId, claimed)).deliveryId));
  expect([busy.status, busy.headers.get('retry-after')]).toEqual([409, '5']);
  const other = await create();
  const failed = await addDelivery(webhookEndpointId);
  expect((await bench.ask('POST', path(failed.deliveryId, other.webhookEndpointId))).status).toBe(404);
  await bench.ask('PATCH', `/v1/webhook-endpoints/${webhookEndpointId}`, { body: { disabled: true } });
  expect((await bench.ask('POST', path(failed.deliveryId))).status).toBe(409);
});

test.each([
  'http://127.0.0.1/x',
  'http://[::1]/',
  'http://169.254.169.254/latest',
  'http://localhost:9',
  'http://0x7f000001',
  'http://10.0.0.1',
])('a blocked address is rejected immediately: %s', async (url) => {
  const refused = await bench.ask('POST', '/v1/webhook-endpoints', { body: { url } });
  expect(refused.status).toBe(400);
  expect(refused.json.faults[0].pointer).toBe('/url');
  const { webhookEndpointId } = await create();
  expect((await bench.ask('PATCH', `/v1/webhook-endpoints/${webhookEndpointId}`, { body: { url } })).status).toBe(400);
});
