import { Webhook } from 'standardwebhooks';
import { afterEach, expect, test, vi } from 'vitest';
import { sendTestEvent } from '../../../functions/api/webhook-endpoints/redeliver.ts';
import { deliverWebhook } from '../../../functions/notifier/deliver-webhook.ts';
import type { Deps, SafeHttp } from '../../../shared/ports.ts';
import type { RunRecord } from '../../../shared/records/records.ts';
import { enqueueEvent, enqueuePauseEvent, type RunEventType } from '../../../shared/runs/enqueue-event.ts';
import { deliveryEventTypes, webhookEventTypes } from '../../../shared/spec/webhook-event.ts';
import { ids, makeRun, makeWebhookEndpoint } from '../../contract/make-record.ts';
import { contract } from '../../support/service/contract.ts';
import { validatePayload } from '../../support/service/validate-response.ts';
import { createSimulation, originMs } from '../../support/simulation/simulated-deps.ts';

afterEach(() => {
  vi.useRealTimers();
});

const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

/** Delivers every type of event to one endpoint. Returns the requests that the endpoint receives. */
async function deliverAll() {
  const posts: { headers: Record<string, string>; body: string }[] = [];
  const post: SafeHttp['post'] = async (_, headers, body) => {
    posts.push({ headers, body });
    return { httpStatus: 204, body: '', durationMs: 1, retryAfter: null };
  };
  const { deps: simulated } = createSimulation();
  const deps: Deps = { ...simulated, http: { post }, secrets: { seal: async () => '', open: async () => secret } };
  const tenantId = ids.next('tenant');
  const endpoint = makeWebhookEndpoint({ tenantId, events: [...webhookEventTypes] });
  await deps.webhookEndpoints.create(endpoint);
  const at = { createdAtMs: originMs, startedAtMs: originMs, endedAtMs: originMs };
  const changes: Record<RunEventType, Partial<RunRecord>> = {
    'run.started': { status: 'running', endedAtMs: null },
    'run.completed': { ...at, status: 'completed', verdict: 'pass', trust: 'ok' },
    'run.failed': { ...at, status: 'failed', failure: { code: 'no_good_request', message: 'connection refused' } },
    'run.canceled': { ...at, status: 'canceled', stop: 'run_canceled' },
    'run.assertion_failed': { ...at, status: 'completed', verdict: 'fail', trust: 'suspect' },
  };
  const deliveries = [];
  for (const [type, change] of Object.entries(changes))
    deliveries.push(...(await enqueueEvent(deps, makeRun({ tenantId, ...change }), type as RunEventType))); // a key
  const paused = { ...makeWebhookEndpoint({ tenantId }), pausedUntilMs: originMs };
  deliveries.push(...(await enqueuePauseEvent(deps, paused, ids.next('run'))));
  // The API and the notifier share the stores, the clock, and the queue that sending needs.
  deliveries.push(
    await sendTestEvent({ deps: deps as Parameters<typeof sendTestEvent>[0]['deps'], tenantId }, endpoint),
  );
  for (const { deliveryId } of deliveries) await deliverWebhook(deps, { kind: 'deliver', tenantId, deliveryId });
  return posts;
}

test('every event has a payload that matches the contract and a signature that standardwebhooks verifies', async () => {
  const posts = await deliverAll();
  // The verifier rejects signatures that are old.
  vi.useFakeTimers({ toFake: ['Date'], now: originMs });
  const webhook = new Webhook(secret);
  const types = posts.map(({ body }) => {
    const { type } = validatePayload(body);
    const { $ref } = contract.webhooks[type].post.requestBody.content['application/json'].schema;
    validatePayload(body, $ref);
    return type;
  });
  expect(types.toSorted()).toEqual([...deliveryEventTypes].sort());
  expect(Object.keys(contract.webhooks).sort()).toEqual(types.toSorted());
  for (const { headers, body } of posts) {
    expect(webhook.verify(body, headers)).toEqual(JSON.parse(body));
    expect(() => webhook.verify(`${body} `, headers)).toThrow('No matching signature');
  }
});
