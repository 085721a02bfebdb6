import { expect, test } from 'vitest';
import { createNotifier } from '../../../functions/notifier/deliver-webhook.ts';
import { toSqsRecord } from '../../../infra/local/queues/event-source.ts';
import { makeDelivery, makeWebhookEndpoint } from '../../contract/make-record.ts';
import { createSimulation, originMs } from '../../support/simulation/simulated-deps.ts';

const minuteMs = 60_000;

test('a delivery whose attempts kill the notifier ends as failed, after as many attempts as any other', async () => {
  const { deps, pass } = createSimulation();
  const endpoint = makeWebhookEndpoint();
  const { tenantId, webhookEndpointId } = endpoint;
  await deps.webhookEndpoints.create(endpoint);
  const delivery = makeDelivery({ tenantId, webhookEndpointId, nextAttemptAtMs: originMs });
  await deps.deliveries.create(delivery);
  const { deliveryId } = delivery;
  let posts = 0;
  const post = () => {
    posts += 1;
    return new Promise<never>(() => {});
  };
  const secrets = { seal: async () => '', open: async () => `whsec_${Buffer.alloc(24, 7).toString('base64')}` };
  const notify = createNotifier({ ...deps, http: { post }, secrets });
  const Body = JSON.stringify({ kind: 'deliver', tenantId, deliveryId });
  const event = { Records: [toSqsRecord({ MessageId: 'm', Body }, 'arn:aws:sqs:a:1:q')] };
  const read = () => deps.deliveries.get(tenantId, deliveryId);
  for (let call = 0; call < 100 && (await read())?.status === 'pending'; call++) {
    void notify(event);
    await pass(minuteMs);
    const dueMs = ((await read())?.nextAttemptAtMs ?? 0) - deps.clock.nowMs();
    if (dueMs > 0) await pass(dueMs);
  }
  const ended = await read();
  expect(ended).toMatchObject({ status: 'failed', nextAttemptAtMs: null });
  expect(ended?.attempts).toHaveLength(10);
  expect(ended?.attempts[0]).toMatchObject({ httpStatus: null, error: expect.stringContaining('internal error') });
  expect(posts).toBe(30);
});
