import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { createNotifier } from '../../../functions/notifier/deliver-webhook.ts';
import { toSqsRecord } from '../../../infra/local/queues/event-source.ts';
import type { Deps, SafeHttp } from '../../../shared/ports.ts';
import type { DeliveryRecord, WebhookEndpointRecord } from '../../../shared/records/webhooks.ts';
import { firstAttemptGraceMs } from '../../../shared/runs/enqueue-event.ts';
import { tokenmeterVersion } from '../../../shared/version.ts';
import { makeDelivery, makeWebhookEndpoint } from '../../contract/make-record.ts';
import { createSimulation, originMs } from '../../support/simulation/simulated-deps.ts';

const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

/** Opens each sealed secret as itself, so that a test can give an endpoint several secrets. */
const openNamed: Deps['secrets']['open'] = async (sealed) =>
  `whsec_${Buffer.from(sealed.repeat(8)).toString('base64')}`;

/** Stores a new delivery. `reply` answers each request to the endpoint: with a status, or with an error. */
async function storeDelivery(
  reply: () => number = () => 204,
  change: Partial<WebhookEndpointRecord> = {},
  { retryAfter = null, ...delivered }: Partial<DeliveryRecord> & { retryAfter?: string | null } = {},
) {
  const { deps: simulated, sent, pass } = createSimulation();
  const posts: { atMs: number; url: string; headers: Record<string, string>; body: string }[] = [];
  const post: SafeHttp['post'] = async (url, headers, body) => {
    posts.push({ atMs: simulated.clock.nowMs() - originMs, url, headers, body });
    return { httpStatus: reply(), body: 'x'.repeat(2_000), durationMs: 3, retryAfter };
  };
  const secrets = { seal: async () => '', open: async () => secret };
  // Without random bytes, no delay is extended.
  const ids = { ...simulated.ids, randomBytes: (length: number) => new Uint8Array(length) };
  const deps: Deps = { ...simulated, ids, http: { post }, secrets };
  const endpoint = makeWebhookEndpoint(change);
  const { tenantId, webhookEndpointId } = endpoint;
  await deps.webhookEndpoints.create(endpoint);
  const delivery = makeDelivery({
    tenantId,
    webhookEndpointId,
    nextAttemptAtMs: originMs + firstAttemptGraceMs,
    ...delivered,
  });
  const { deliveryId } = delivery;
  await deps.deliveries.create(delivery);
  const Body = JSON.stringify({ kind: 'deliver', tenantId, deliveryId });
  const event = { Records: [toSqsRecord({ MessageId: 'm', Body }, 'arn:aws:sqs:a:1:q')] };
  const notify = (own: Partial<Deps> = {}) => createNotifier({ ...deps, ...own })(event);
  const read = () => deps.deliveries.get(tenantId, deliveryId);
  return { deps, endpoint, delivery, posts, sent, pass, notify, read };
}

describe('the first attempt', () => {
  test('sends the signed payload as soon as its message arrives, and ends the delivery', async () => {
    const { endpoint, delivery, posts, sent, notify, read } = await storeDelivery();
    expect(await notify()).toEqual({ batchItemFailures: [] });
    const { eventId, payload } = delivery;
    expect(posts).toEqual([
      {
        atMs: 0,
        url: endpoint.url,
        headers: {
          'content-type': 'application/json',
          'user-agent': `Tokenmeter/${tokenmeterVersion}`,
          'webhook-id': eventId,
          'webhook-timestamp': String(originMs / 1_000),
          'webhook-signature': new Webhook(secret).sign(eventId, new Date(originMs), payload),
        },
        body: payload,
      },
    ]);
    const attempt = { atMs: originMs, durationMs: 3, httpStatus: 204, error: null, responseBody: 'x'.repeat(1_000) };
    expect(await read()).toMatchObject({ status: 'delivered', attempts: [attempt], nextAttemptAtMs: null });
    expect(sent).toEqual([]);
  });

  test('is made once, with duplicate and concurrent messages', async () => {
    const { posts, notify } = await storeDelivery();
    await Promise.all(Array.from({ length: 5 }, () => notify()));
    await notify();
    expect(posts).toHaveLength(1);
  });

  test('has the signatures of both secrets until the previous one expires', async () => {
    const rotated = { sealedSecret: 'new', sealedPreviousSecret: 'old', previousSecretExpiresAtMs: originMs + 60_000 };
    const { deps, endpoint, posts, pass, notify } = await storeDelivery(() => 500, rotated);
    const secrets = { ...deps.secrets, open: openNamed };
    await notify({ secrets });
    await pass(5_000);
    await notify({ secrets });
    await pass(300_000);
    await notify({ secrets });
    const verifies = async (sealed: string) => {
      const webhook = new Webhook(await openNamed(sealed, {}));
      return posts.map(({ body, headers }) => {
        try {
          // The simulated time is not the time of the verifier, so only the signature itself is compared.
          const at = new Date(Number(headers['webhook-timestamp']) * 1_000);
          const signature = webhook.sign(headers['webhook-id'] ?? '', at, body);
          return headers['webhook-signature']?.split(' ').includes(signature);
        } catch {
          return false;
        }
      });
    };
    expect(endpoint.sealedPreviousSecret).toBe('old');
    expect([await verifies('new'), await verifies('old')]).toEqual([
      [true, true, true],
      [true, true, false],
    ]);
  });

  test('that a lost notifier claimed is made again after the claim ends', async () => {
    const { deps, posts, pass, notify, read } = await storeDelivery();
    const get = () => Promise.reject(new Error('the process died'));
    await notify({ webhookEndpoints: { ...deps.webhookEndpoints, get } });
    await pass(39_999);
    await notify();
    expect(posts).toEqual([]);
    await pass(1);
    await notify();
    expect([posts.length, (await read())?.status]).toEqual([1, 'delivered']);
  });
});

describe('a failed attempt', () => {
  test('is repeated on the schedule of Standard Webhooks, ten attempts in all', async () => {
    const { posts, sent, pass, notify, read } = await storeDelivery(() => 500);
    for (let left = 10; left > 0; left--) {
      await notify();
      const { nextAttemptAtMs = null } = (await read()) ?? {};
      if (nextAttemptAtMs === null) break;
      await pass(nextAttemptAtMs - originMs - (posts.at(-1)?.atMs ?? 0) - 1);
      await notify();
      await pass(1);
    }
    const gapsMs = posts.slice(1).map(({ atMs }, index) => atMs - (posts[index]?.atMs ?? 0));
    const hours = [2, 5, 10, 14, 20, 24].map((count) => count * 3_600_000);
    expect(gapsMs).toEqual([5_000, 300_000, 1_800_000, ...hours]);
    expect(await read()).toMatchObject({ status: 'failed', nextAttemptAtMs: null });
    // The queue cannot delay a message longer than 15 minutes. The supervisor sends the later ones.
    expect(sent.map(({ delayMs }) => delayMs)).toEqual([5_000, 300_000]);
  });

  test.each([
    ['600', 600_000],
    [new Date(originMs + 900_000).toUTCString(), 900_000],
    ['1', 5_000],
    ['9999999', 86_400_000],
    ['soon', 5_000],
  ])('is repeated no earlier than the receiver requests, but within a day: %s', async (retryAfter, waitMs) => {
    const { notify, read } = await storeDelivery(() => 503, {}, { retryAfter });
    await notify();
    expect((await read())?.nextAttemptAtMs).toBe(originMs + waitMs);
  });

  test('is repeated with a random delay, by up to a fifth later', async () => {
    const { deps, notify, read } = await storeDelivery(() => 500);
    await notify({ ids: { ...deps.ids, randomBytes: (length) => new Uint8Array(length).fill(0x80) } });
    const delayMs = ((await read())?.nextAttemptAtMs ?? 0) - originMs;
    expect(delayMs).toBe(5_502);
  });

  test('of a test event is not repeated, and a paused endpoint also receives it', async () => {
    const paused = { timeoutsInRow: 3, pausedUntilMs: originMs + 60_000 };
    const event = { eventType: 'webhook_endpoint.test', runId: null } as const;
    const { deps, endpoint, posts, notify, read } = await storeDelivery(() => 500, paused, event);
    await notify();
    expect([posts.length, (await read())?.status]).toEqual([1, 'failed']);
    const after = await deps.webhookEndpoints.get(endpoint.tenantId, endpoint.webhookEndpointId);
    expect(after).toMatchObject({ timeoutsInRow: 0, pausedUntilMs: null });
  });

  test('is recorded with the reason if no reply arrives', async () => {
    const { notify, read } = await storeDelivery(() => {
      throw new Error('The connection was refused');
    });
    await notify();
    const attempts = [{ httpStatus: null, error: 'The connection was refused', responseBody: null }];
    expect(await read()).toMatchObject({ status: 'pending', attempts });
  });

  test('is recorded without a request if the signing secret cannot be decrypted', async () => {
    const { deps, posts, notify, read } = await storeDelivery();
    const open = () => Promise.reject(new Error('the key was changed'));
    await notify({ secrets: { ...deps.secrets, open } });
    const error = 'The signing secret of the endpoint could not be decrypted';
    expect(await read()).toMatchObject({ status: 'pending', attempts: [{ error }] });
    expect(posts).toEqual([]);
  });
});

describe('an endpoint', () => {
  test('that replies 410 is disabled, and the delivery fails', async () => {
    const { deps, endpoint, sent, notify, read } = await storeDelivery(() => 410);
    await notify();
    const stored = await deps.webhookEndpoints.get(endpoint.tenantId, endpoint.webhookEndpointId);
    expect([stored?.disabled, (await read())?.status, sent]).toEqual([true, 'failed', []]);
  });

  test('that is disabled or deleted gets no request, and the delivery fails with the reason', async () => {
    const disabled = await storeDelivery(undefined, { disabled: true });
    await disabled.notify();
    const deleted = await storeDelivery();
    await deleted.deps.webhookEndpoints.remove(deleted.endpoint.tenantId, deleted.endpoint.webhookEndpointId);
    await deleted.notify();
    expect([...disabled.posts, ...deleted.posts]).toEqual([]);
    const errors = ['The webhook endpoint is disabled', 'The webhook endpoint was deleted'];
    expect([await disabled.read(), await deleted.read()]).toMatchObject(
      errors.map((error) => ({ status: 'failed', attempts: [{ error }] })),
    );
  });
});
