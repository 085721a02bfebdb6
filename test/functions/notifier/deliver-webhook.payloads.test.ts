import { Webhook } from 'standardwebhooks';
import { afterEach, expect, test, vi } from 'vitest';
import { deliveryEventTypes } from '../../../shared/spec/webhook-event.ts';
import { contract } from '../../support/service/contract.ts';
import { validatePayload } from '../../support/service/validate-response.ts';
import { deliverAllEvents, webhookSecrets } from '../../support/simulation/deliver-all-events.ts';
import { originMs } from '../../support/simulation/simulated-deps.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('every event has a payload that matches the contract and a signature that standardwebhooks verifies', async () => {
  const posts = await deliverAllEvents(originMs);
  // The verifier rejects signatures that are old.
  vi.useFakeTimers({ toFake: ['Date'], now: originMs });
  const types = posts.map(({ body }) => {
    const { type } = validatePayload(body);
    const { $ref } = contract.webhooks[type].post.requestBody.content['application/json'].schema;
    validatePayload(body, $ref);
    return type;
  });
  expect(types.toSorted()).toEqual([...deliveryEventTypes].sort());
  expect(Object.keys(contract.webhooks).sort()).toEqual(types.toSorted());
  for (const webhook of webhookSecrets.map((secret) => new Webhook(secret)))
    for (const { headers, body } of posts) {
      expect(webhook.verify(body, headers)).toEqual(JSON.parse(body));
      expect(() => webhook.verify(`${body} `, headers)).toThrow('No matching signature');
    }
});
