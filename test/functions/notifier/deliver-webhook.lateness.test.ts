import { expect, test } from 'vitest';
import { createNotifier } from '../../../functions/notifier/deliver-webhook.ts';
import { toSqsRecord } from '../../../infra/local/queues/event-source.ts';
import { firstAttemptGraceMs } from '../../../shared/runs/enqueue-event.ts';
import { makeDelivery, makeWebhookEndpoint } from '../../contract/make-record.ts';
import { createSimulation, originMs } from '../../support/simulation/simulated-deps.ts';

test('the lateness of an attempt counts from when it was due, so the delay of a retry is not late', async () => {
  const { deps, pass } = createSimulation();
  const endpoint = makeWebhookEndpoint();
  const { tenantId, webhookEndpointId } = endpoint;
  await deps.webhookEndpoints.create(endpoint);
  const createdAtMs = originMs;
  const nextAttemptAtMs = originMs + firstAttemptGraceMs;
  const delivery = makeDelivery({ tenantId, webhookEndpointId, createdAtMs, nextAttemptAtMs });
  await deps.deliveries.create(delivery);
  const { deliveryId } = delivery;
  const lateMs: number[] = [];
  const record = (metric: string, value = 1) => void (metric === 'deliverLateMs' && lateMs.push(value));
  const post = async () => ({ httpStatus: 500, body: '', durationMs: 1, retryAfter: null });
  const secrets = { seal: async () => '', open: async () => `whsec_${Buffer.alloc(24, 7).toString('base64')}` };
  const ids = { ...deps.ids, randomBytes: (length: number) => new Uint8Array(length) };
  const notify = createNotifier({ ...deps, ids, http: { post }, secrets, telemetry: { record } });
  const Body = JSON.stringify({ kind: 'deliver', tenantId, deliveryId });
  const event = { Records: [toSqsRecord({ MessageId: 'm', Body }, 'arn:aws:sqs:a:1:q')] };
  await pass(90_000);
  await notify(event);
  // The next attempt is due after 5 s, and the one after it 5 min later.
  await pass(7_000);
  await notify(event);
  await pass(300_000);
  await notify(event);
  expect(lateMs).toEqual([90_000, 2_000, 0]);
});
