import { CreateQueueCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMessage } from '../../../functions/read-message.ts';
import type { EmbeddedServer } from '../../../infra/local/embedded-dynamodb.ts';
import { startEmbeddedSqs } from '../../../infra/local/embedded-sqs.ts';
import { createSqsClient } from '../../../shared/adapters/aws-clients.ts';
import { createQueue } from '../../../shared/adapters/sqs-queue.ts';
import type { Message, MessageKind } from '../../../shared/domain/messages.ts';
import { ids } from '../../contract/make-record.ts';

const runId = ids.next('run');
const messages: Message[] = [
  { kind: 'advance', runId },
  { kind: 'batch', runId, stage: 0, batch: 12, attempt: 1 },
  { kind: 'finalize', runId },
  { kind: 'deliver', tenantId: ids.next('tenant'), deliveryId: ids.next('delivery') },
];

describe('queue over the embedded SQS', () => {
  let server: EmbeddedServer;
  let client: SQSClient;
  const urls: Record<MessageKind, string> = { advance: '', batch: '', finalize: '', deliver: '' };
  beforeAll(async () => {
    server = await startEmbeddedSqs();
    client = createSqsClient({ region: 'us-east-1', sqsEndpoint: server.endpoint });
    for (const { kind } of messages) {
      const { QueueUrl = '' } = await client.send(new CreateQueueCommand({ QueueName: kind }));
      urls[kind] = QueueUrl;
    }
  });
  afterAll(async () => {
    client.destroy();
    await server.close();
  });
  const receive = async (kind: MessageKind) => {
    const output = await client.send(new ReceiveMessageCommand({ QueueUrl: urls[kind], MaxNumberOfMessages: 10 }));
    return (output.Messages ?? []).map(({ Body = '' }) => readMessage(Body));
  };

  it('brings each message to the queue of its kind, and parses to what was sent', async () => {
    const queue = createQueue(client, urls);
    for (const message of messages) await queue.send(message);
    for (const message of messages) expect(await receive(message.kind)).toEqual([message]);
  });

  it('holds a message back for its delay, rounded up to whole seconds', async () => {
    const queue = createQueue(client, urls);
    await queue.send({ kind: 'advance', runId }, { delayMs: 1 });
    await queue.send({ kind: 'advance', runId }, { delayMs: 3_600_000 });
    expect(await receive('advance')).toEqual([]);
    await expect.poll(() => receive('advance'), { timeout: 5_000, interval: 50 }).toEqual([{ kind: 'advance', runId }]);
  });
});
