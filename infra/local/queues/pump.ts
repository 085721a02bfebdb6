import { setTimeout as delay } from 'node:timers/promises';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Logger } from '../../../shared/ports.ts';
import type { QueueAddress } from './ensure-queues.ts';
import { findFailedIds, toSqsRecord } from './event-source.ts';

/** What SQS allows in one receipt, deletion or change of visibility. */
const maxEntries = 10;
const longestRetryMs = 5_000;

export type PumpOptions = {
  client: SQSClient;
  queue: QueueAddress;
  invoke: (event: SQSEvent) => Promise<SQSBatchResponse | undefined>;
  /** Most records in one invocation, at most 10. */
  batchSize: number;
  /** Most invocations at one time; no message is received that would have to wait for a free one. */
  concurrency: number;
  visibilityTimeoutSeconds: number;
  /**
   * When a failed record comes again. At least 1: the embedded queue loses a durable message whose visibility is set to 0.
   */
  retryAfterSeconds: number;
  logger: Logger;
} & Waiting;

/** How a pump waits for messages. */
export type Waiting = {
  /** How long one receipt waits, at most 20. */
  waitSeconds: number;
  /** Before each receipt: resolves when it may find a message, or when `signal` is aborted. */
  untilMessage(signal: AbortSignal): Promise<void>;
};

export type Pump = {
  /** Receives no more, and resolves when every running invocation has ended and its messages are deleted or handed back. */
  stop(): Promise<void>;
  /**
   * After `stop`: breaks off the receipt that still waits, and resolves when it has ended. A message that comes for it in
   * that very moment stays hidden for its visibility timeout.
   */
  abandon(): Promise<void>;
};

/**
 * Lambda's event source mapping on one machine: receives, invokes the handler with a real `SQSEvent`,
 * deletes all but the `batchItemFailures`, and keeps messages hidden while their handler runs.
 */
export function startPump(options: PumpOptions): Pump {
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  const abandoning = new AbortController();

  const start = (messages: Message[]) => {
    const invocation = handle(options, messages).finally(() => running.delete(invocation));
    running.add(invocation);
  };

  const poll = async () => {
    let retryMs = 50;
    const pause = (ms: number) => delay(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
    while (!stopping.signal.aborted) {
      const free = options.concurrency - running.size;
      if (free <= 0) {
        await Promise.race(running);
        continue;
      }
      try {
        await options.untilMessage(stopping.signal);
        if (stopping.signal.aborted) return;
        const messages = await receive(options, Math.min(maxEntries, free * options.batchSize), abandoning.signal);
        if (stopping.signal.aborted) return await handBack(options, messages);
        for (const batch of inBatches(messages, options.batchSize)) start(batch);
        retryMs = 50;
      } catch (error) {
        if (stopping.signal.aborted) return;
        options.logger.warn('a queue could not be read', { queueArn: options.queue.arn, error });
        await pause(retryMs);
        retryMs = Math.min(retryMs * 2, longestRetryMs);
      }
    }
  };

  const ended = poll();
  return {
    abandon: () => {
      abandoning.abort();
      return ended;
    },
    stop: async () => {
      stopping.abort();
      while (running.size > 0) await Promise.all(running);
    },
  };
}

async function receive(
  { client, queue, waitSeconds }: PumpOptions,
  limit: number,
  abortSignal: AbortSignal,
): Promise<Message[]> {
  const answer = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: queue.url,
      MaxNumberOfMessages: limit,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    }),
    { abortSignal },
  );
  return answer.Messages ?? [];
}

/** One invocation from its messages' receipt to their end. Never rejects: what goes wrong here is logged, and comes again. */
async function handle(options: PumpOptions, messages: Message[]): Promise<void> {
  const heartbeat = setInterval(
    () => {
      hide(options, messages, options.visibilityTimeoutSeconds).catch((error: unknown) =>
        options.logger.warn('messages could not be kept hidden', { queueArn: options.queue.arn, error }),
      );
    },
    (options.visibilityTimeoutSeconds * 1_000) / 3,
  );
  try {
    const failed = await invoke(options, messages);
    clearInterval(heartbeat);
    await remove(
      options,
      messages.filter(({ MessageId }) => !failed.has(MessageId ?? '')),
    );
    await handBack(
      options,
      messages.filter(({ MessageId }) => failed.has(MessageId ?? '')),
    );
  } catch (error) {
    options.logger.warn('messages could not be settled and will come again', { queueArn: options.queue.arn, error });
  } finally {
    clearInterval(heartbeat);
  }
}

/** The ids of the records that failed: those the handler names, or all where it threw or answered nonsense. */
async function invoke(options: PumpOptions, messages: Message[]): Promise<ReadonlySet<string>> {
  const records = messages.map((message) => toSqsRecord(message, options.queue.arn));
  const ids = records.map(({ messageId }) => messageId);
  try {
    return findFailedIds(await options.invoke({ Records: records }), ids);
  } catch (error) {
    options.logger.error('a handler failed', { queueArn: options.queue.arn, error });
    return new Set(ids);
  }
}

async function remove({ client, queue, logger }: PumpOptions, messages: Message[]): Promise<void> {
  if (messages.length === 0) return;
  const answer = await client.send(
    new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries: entriesOf(messages) }),
  );
  // Whoever handles such a message again finds its work done.
  for (const { Code, Message: reason } of answer.Failed ?? []) {
    logger.warn('a message could not be deleted', { queueArn: queue.arn, code: Code, reason });
  }
}

async function handBack(options: PumpOptions, messages: Message[]): Promise<void> {
  await hide(options, messages, options.retryAfterSeconds);
}

async function hide({ client, queue }: PumpOptions, messages: Message[], seconds: number): Promise<void> {
  if (messages.length === 0) return;
  const Entries = entriesOf(messages).map((entry) => ({ ...entry, VisibilityTimeout: seconds }));
  await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queue.url, Entries }));
}

function entriesOf(messages: Message[]) {
  return messages.map(({ ReceiptHandle }, position) => ({ Id: String(position), ReceiptHandle }));
}

function inBatches(messages: Message[], size: number): Message[][] {
  const batches: Message[][] = [];
  for (let first = 0; first < messages.length; first += size) batches.push(messages.slice(first, first + size));
  return batches;
}
