import { CreateQueueCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
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

  it('brings a batch for a region to the queue there, and nothing else', async () => {
    const { QueueUrl: away = '' } = await client.send(new CreateQueueCommand({ QueueName: 'batch-away' }));
    const queue = createQueue(client, urls, new Map([['eu-west-1', { client, url: away }]]));
    const batch: Message = { kind: 'batch', runId, stage: 0, batch: 1, attempt: 1 };
    await queue.send(batch, { region: 'eu-west-1' });
    await queue.check();
    expect(await receive('batch')).toEqual([]);
    const output = await client.send(new ReceiveMessageCommand({ QueueUrl: away }));
    expect((output.Messages ?? []).map(({ Body = '' }) => readMessage(Body))).toEqual([batch]);
    await expect(queue.send(batch, { region: 'mars-1' })).rejects.toThrow(/no workers in mars-1/);
  });

  it('tells AWS which trace a message belongs to, where Lambda says so', async () => {
    const seen: unknown[] = [];
    client.middlewareStack.add(
      (next) => (args) => {
        seen.push(Object.fromEntries(Object.entries(Object(args.request).headers)));
        return next(args);
      },
      { step: 'finalizeRequest', name: 'seeHeaders', override: true },
    );
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'tokenmeter-test-api');
    vi.stubEnv('_X_AMZN_TRACE_ID', 'Root=1-2-3');
    await createQueue(client, urls).send({ kind: 'advance', runId });
    vi.unstubAllEnvs();
    client.middlewareStack.remove('seeHeaders');
    expect(seen).toMatchObject([{ 'X-Amzn-Trace-Id': 'Root=1-2-3' }]);
    expect(await receive('advance')).toHaveLength(1);
  });

  it('holds a message back for its delay, rounded up to whole seconds', async () => {
    const queue = createQueue(client, urls);
    await queue.send({ kind: 'advance', runId }, { delayMs: 1 });
    await queue.send({ kind: 'advance', runId }, { delayMs: 3_600_000 });
    expect(await receive('advance')).toEqual([]);
    await expect.poll(() => receive('advance'), { timeout: 5_000, interval: 50 }).toEqual([{ kind: 'advance', runId }]);
  });
});
