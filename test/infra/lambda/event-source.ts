import { setTimeout as delay } from 'node:timers/promises';
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { QueueAddress } from '../../../infra/local/queues/ensure-queues.ts';
import { findFailedIds, toSqsRecord } from '../../../infra/local/queues/event-source.ts';
import type { LambdaFunction } from './lambda-function.ts';
import { readLineage } from './lineage.ts';

export type EventSourceOptions = {
  client: SQSClient;
  queue: QueueAddress;
  target: LambdaFunction;
  batchSize: number;
  maxConcurrency: number;
  /** Whether to keep the messages of a successful invocation, so that they are redelivered. */
  losesDeletion: () => boolean;
};

export type EventSource = {
  /** Stops receiving. Resolves when the running invocations have ended. */
  stop(): Promise<void>;
};

const waitSeconds = 1;

/**
 * Simulates Lambda's event source mapping. Unlike the local pump, it does not extend the visibility timeout: failed messages
 * reappear when it ends.
 */
export function startEventSource(options: EventSourceOptions): EventSource {
  const { client, queue, batchSize, maxConcurrency } = options;
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  const receive = () =>
    client.send(
      new ReceiveMessageCommand({
        QueueUrl: queue.url,
        MaxNumberOfMessages: batchSize,
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
      { abortSignal: stopping.signal },
    );
  const poll = async () => {
    while (!stopping.signal.aborted) {
      if (running.size >= maxConcurrency) {
        await Promise.race(running);
        continue;
      }
      const answer = await receive().catch(() => null);
      if (answer === null) await delay(50);
      else if (answer.Messages !== undefined && answer.Messages.length > 0) {
        const handling = handle(options, answer.Messages).finally(() => running.delete(handling));
        running.add(handling);
      }
    }
  };
  const polling = poll();
  return {
    stop: async () => {
      stopping.abort();
      await polling;
      await Promise.all(running);
    },
  };
}

async function handle(
  { client, queue, target, losesDeletion }: EventSourceOptions,
  messages: Message[],
): Promise<void> {
  const Records = messages.map((message) => toSqsRecord(message, queue.arn));
  const end = await target.invoke({ Records }, readLineage(messages));
  const ids = Records.map(({ messageId }) => messageId);
  const failed = end.kind === 'answer' ? findFailedIds(JSON.parse(end.body), ids) : new Set(ids);
  const done = messages.filter(({ MessageId }) => !failed.has(MessageId ?? ''));
  if (done.length === 0 || losesDeletion()) return;
  const Entries = done.map(({ ReceiptHandle }, position) => ({ Id: String(position), ReceiptHandle }));
  // Undeleted messages reappear, like on AWS.
  await client.send(new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries })).catch(() => {});
}
