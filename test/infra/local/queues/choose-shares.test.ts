import type { Message } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { chooseShares } from '../../../../infra/local/queues/choose-shares.ts';
import { createQueue } from '../../../../shared/adapters/sqs-queue.ts';
import { createFairOrder } from '../../../../shared/fair-order.ts';
import type { Message as QueueMessage } from '../../../../shared/records/messages.ts';

/** Builds the message that the service sends, as a queue delivers it. */
async function receive(message: QueueMessage, tenantId: string): Promise<Message> {
  const sent: { input: Message }[] = [];
  const client = { send: async (command: { input: Message }) => void sent.push(command) };
  const urls = { advance: 'u', batch: 'u', finalize: 'u', deliver: 'u' };
  // The queue only calls `send`.
  await createQueue(client as never, urls).send(message, { tenantId });
  const attributes = sent[0]?.input.MessageAttributes;
  return attributes === undefined ? {} : { MessageAttributes: attributes };
}

const batch: QueueMessage = { kind: 'batch', runId: 'run_1', stageIndex: 0, batchIndex: 0, attempt: 1 };
const check: QueueMessage = { kind: 'check', ownerId: 'run_1', targetIndex: 0 };
const deliver: QueueMessage = { kind: 'deliver', tenantId: 'tnt_1', deliveryId: 'dlv_1' };

/** Starts as many messages as may run together. Returns the number of each tenant. */
async function fill(kind: 'batch' | 'deliver', places: number, work: [QueueMessage, tenants: number][]) {
  const { shares } = chooseShares(kind, 16);
  if (shares === undefined) throw new Error('The queue has no shares');
  const order = createFairOrder<Message>(places, shares);
  const counts: Record<string, number> = {};
  const start = () => {
    for (let next = order.take(); next !== null; next = order.take()) {
      const tenant = shares.readTenant(next);
      counts[tenant] = (counts[tenant] ?? 0) + 1;
    }
  };
  for (const [message, tenants] of work) {
    for (let tenant = 0; tenant < tenants; tenant++) {
      const received = await receive(message, `${message.kind}${tenant}`);
      order.hold(Array.from({ length: places }, () => ({ ...received })));
      start();
    }
  }
  return counts;
}

describe('hanging deliveries', () => {
  test('of one tenant occupy 32 of 256 places', async () => {
    expect(await fill('deliver', 256, [[deliver, 1]])).toEqual({ deliver0: 32 });
  });

  test.each([4, 30])('of %i tenants leave places to another tenant', async (tenants) => {
    const counts = await fill('deliver', 256, [[deliver, tenants]]);
    const used = Object.values(counts).reduce((sum, count) => sum + count, 0);
    expect(Object.keys(counts)).toHaveLength(tenants);
    expect(used).toBeLessThan(256);
  });
});

describe('workers', () => {
  test('of one tenant leave a fifth to others, and its hanging checks do not use more', async () => {
    const counts = await fill('batch', 20, [
      [batch, 1],
      [check, 1],
    ]);
    expect(counts).toEqual({ batch0: 16, 'check0 checks': 1 });
  });

  test('are never all occupied by the hanging checks of a tenant', async () => {
    expect(await fill('batch', 20, [[check, 1]])).toEqual({ 'check0 checks': 4 });
    const counts = await fill('batch', 20, [[check, 6]]);
    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBeLessThan(20);
  });
});
