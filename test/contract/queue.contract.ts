import { CreateQueueCommand, DeleteQueueCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { readMessage } from '../../functions/process-records.ts';
import { createQueue } from '../../shared/adapters/sqs-queue.ts';
import { chooseQueue, type Message, type MessageKind } from '../../shared/records/messages.ts';
import { ids } from './make-record.ts';

const runId = ids.next('run');
const messages: Message[] = [
  { kind: 'advance', runId },
  { kind: 'batch', runId, stageIndex: 0, batchIndex: 12, attempt: 1 },
  { kind: 'finalize', runId },
  { kind: 'deliver', tenantId: ids.next('tenant'), deliveryId: ids.next('delivery') },
];

export type QueuePlace = { client: SQSClient; urls: Record<MessageKind, string> };

/** Contract of `Queue` over any SQS server. The queues are empty. */
export function describeQueue(place: () => QueuePlace): void {
  const receiveFrom = async (url: string, waitSeconds = 0) => {
    const { client } = place();
    const output = await client.send(
      new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: waitSeconds }),
    );
    return (output.Messages ?? []).map(({ Body = '' }) => readMessage(Body));
  };
  const create = async (name: string) => {
    const { QueueUrl = '' } = await place().client.send(new CreateQueueCommand({ QueueName: name }));
    return QueueUrl;
  };

  describe('Queue', () => {
    it('sends each message to the queue of its kind, unchanged', async () => {
      const { client, urls } = place();
      const queue = createQueue(client, urls);
      for (const message of messages) await queue.send(message);
      for (const message of messages) expect(await receiveFrom(urls[chooseQueue(message)], 1)).toEqual([message]);
    });

    it('sends a batch for a region to the queue in that region, and nothing else', async () => {
      const { client, urls } = place();
      const away = await create('batch-away');
      const queue = createQueue(client, urls, new Map([['eu-west-1', { client, url: away }]]));
      const batch: Message = { kind: 'batch', runId, stageIndex: 0, batchIndex: 1, attempt: 1 };
      await queue.send(batch, { region: 'eu-west-1' });
      await queue.check();
      expect(await receiveFrom(urls.batch)).toEqual([]);
      expect(await receiveFrom(away, 1)).toEqual([batch]);
      await expect(queue.send(batch, { region: 'mars-1' })).rejects.toThrow(/no longer has workers in mars-1/);
    });

    it('marks a message with its tenant, so that tenants share the queue', async () => {
      const { client, urls } = place();
      const sent: unknown[] = [];
      client.middlewareStack.add(
        (next) => (args) => {
          sent.push(args.input);
          return next(args);
        },
        { step: 'initialize', name: 'seeInput' },
      );
      const queue = createQueue(client, urls);
      const [advance, batch, , deliver] = messages;
      const tenantId = ids.next('tenant');
      if (advance !== undefined) await queue.send(advance);
      if (batch !== undefined) await queue.send(batch, { tenantId });
      if (deliver !== undefined) await queue.send(deliver);
      client.middlewareStack.remove('seeInput');
      const groups = sent.map((input) => Object(input).MessageGroupId);
      expect(groups).toEqual([undefined, tenantId, deliver !== undefined && 'tenantId' in deliver && deliver.tenantId]);
      const names = ['tenantId', 'kind'];
      const input = { QueueUrl: urls.batch, WaitTimeSeconds: 1, MessageAttributeNames: names };
      const { Messages = [] } = await client.send(new ReceiveMessageCommand(input));
      expect(Messages[0]?.MessageAttributes).toMatchObject({
        tenantId: { StringValue: tenantId },
        kind: { StringValue: 'batch' },
      });
      for (const url of [urls.advance, urls.deliver]) await receiveFrom(url, 1);
    });

    it('fails its check if a queue is missing', async () => {
      const { client, urls } = place();
      const gone = await create('gone');
      const queue = createQueue(client, { ...urls, deliver: gone });
      await queue.check();
      await client.send(new DeleteQueueCommand({ QueueUrl: gone }));
      await expect(queue.check()).rejects.toThrow(/does not exist/);
    });

    it('delays a message, rounded up to whole seconds', async () => {
      const { client, urls } = place();
      const queue = createQueue(client, urls);
      await queue.send({ kind: 'advance', runId }, { delayMs: 1 });
      await queue.send({ kind: 'advance', runId }, { delayMs: 3_600_000 });
      expect(await receiveFrom(urls.advance)).toEqual([]);
      await expect
        .poll(() => receiveFrom(urls.advance), { timeout: 5_000, interval: 50 })
        .toEqual([{ kind: 'advance', runId }]);
    });
  });
}
