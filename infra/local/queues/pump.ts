import { setTimeout as delay } from 'node:timers/promises';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createFairOrder, type FairShares } from '../../../shared/fair-order.ts';
import type { Logger } from '../../../shared/ports.ts';
import type { QueueAddress } from './ensure-queues.ts';
import { findFailedIds, toSqsRecord } from './event-source.ts';

/** Maximum messages that SQS allows in one receive, delete, or visibility call. */
const maxEntries = 10;
const longestRetryMs = 5_000;
/** Maximum number of held groups of messages. At this number, the pump stops receiving until one of them runs. */
const maxHeld = 5_000;
/** Maximum number of held messages of one tenant, so that no tenant makes the pump stop receiving. */
const maxHeldPerTenant = 100;

export type PumpOptions = {
  client: SQSClient;
  queue: QueueAddress;
  invoke: (event: SQSEvent) => Promise<SQSBatchResponse | undefined>;
  /** Maximum records in one invocation, from 1 to 10. */
  batchSize: number;
  /** Maximum concurrent invocations. At this limit, the pump stops receiving messages. */
  concurrency: number;
  visibilityTimeoutSeconds: number;
  /** Delay of a failed record in seconds, at least 1: with 0, the embedded queue would lose the message. */
  retryAfterSeconds: number;
  logger: Logger;
  /**
   * Divides `concurrency` among tenants. Requires a batch size of 1. Without it, messages run in order of arrival. The
   * pump deletes messages above the limit of held ones, so the service must send a message again until its work is done.
   */
  shares?: FairShares<Message>;
} & Waiting;

/** Defines how a pump waits for messages. */
export type Waiting = {
  /** Maximum wait of one receive call in seconds, from 0 to 20. */
  waitSeconds: number;
  /** Runs before each receive call. Resolves when a message may have arrived, or when `signal` is aborted. */
  untilMessage(signal: AbortSignal): Promise<void>;
};

export type Pump = {
  /** Stops receiving. Resolves when all running invocations have ended and their messages are deleted or returned. */
  stop(): Promise<void>;
  /** Aborts a receive call that is still open after `stop`. Messages in its response stay hidden for a while. */
  abandon(): Promise<void>;
};

/**
 * Starts the local equivalent of Lambda's event source mapping. The pump receives messages, calls the handler with an
 * `SQSEvent`, and deletes the messages that did not fail. Messages stay hidden while their handler runs.
 */
export function startPump(options: PumpOptions): Pump {
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  const abandoning = new AbortController();

  const { shares } = options;
  const order = createOrder(options);

  const startHeld = () => {
    while (running.size < options.concurrency && !stopping.signal.aborted) {
      const messages = order.take();
      if (messages === null) return;
      const invocation = handle(options, messages).finally(() => {
        running.delete(invocation);
        order.end(messages);
        startHeld();
      });
      running.add(invocation);
    }
  };
  const keepHeldHidden = keepHidden(options, () => order.listHeld().flat());

  const poll = async () => {
    let retryMs = 50;
    const pause = (ms: number) => delay(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
    while (!stopping.signal.aborted) {
      const free = options.concurrency - running.size;
      if (free <= 0 || order.listHeld().length >= maxHeld) {
        await Promise.race(running);
        continue;
      }
      try {
        await options.untilMessage(stopping.signal);
        if (stopping.signal.aborted) return;
        // Without shares, each message runs at once, so no more are received than can run.
        const most = shares === undefined ? Math.min(maxEntries, free * options.batchSize) : maxEntries;
        const messages = await receive(options, most, abandoning.signal);
        if (stopping.signal.aborted) return await hide(options, messages, options.retryAfterSeconds);
        const excess = splitBatches(messages, options.batchSize).flatMap((batch) => order.hold([batch]).flat());
        startHeld();
        await remove(options, excess);
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
      keepHeldHidden.end();
      await hide(options, order.clear().flat(), options.retryAfterSeconds);
      while (running.size > 0) await Promise.all(running);
    },
  };
}

function createOrder({ shares, concurrency }: PumpOptions) {
  if (shares === undefined)
    return createFairOrder<Message[]>(concurrency, { readTenant: () => '', mayStart: () => true });
  return createFairOrder<Message[]>(concurrency, {
    readTenant: ([message]) => (message === undefined ? '' : shares.readTenant(message)),
    mayStart: (load, [message]) => message === undefined || shares.mayStart(load, message),
    maxHeldPerTenant: shares.maxHeldPerTenant ?? maxHeldPerTenant,
  });
}

function splitBatches(messages: readonly Message[], size: number): Message[][] {
  const count = Math.ceil(messages.length / size);
  return Array.from({ length: count }, (_, index) => messages.slice(index * size, (index + 1) * size));
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

/** Handles received messages. Never rejects: logs an error, and the queue delivers the messages again later. */
async function handle(options: PumpOptions, messages: Message[]): Promise<void> {
  const heartbeat = keepHidden(options, () => messages);
  try {
    const failed = await invoke(options, messages);
    heartbeat.end();
    const [succeeded, retried] = [false, true].map((hasFailed) =>
      messages.filter(({ MessageId }) => failed.has(MessageId ?? '') === hasFailed),
    );
    await remove(options, succeeded ?? []);
    await hide(options, retried ?? [], options.retryAfterSeconds);
  } catch (error) {
    options.logger.warn('messages could not be settled and will be received again', {
      queueArn: options.queue.arn,
      error,
    });
  } finally {
    heartbeat.end();
  }
}

/** Keeps messages hidden until `end` is called, so that the queue does not deliver them a second time. */
function keepHidden(options: PumpOptions, listMessages: () => Message[]): { end(): void } {
  const { queue, logger, visibilityTimeoutSeconds } = options;
  const heartbeat = setInterval(
    () => {
      hide(options, listMessages(), visibilityTimeoutSeconds).catch((error: unknown) =>
        logger.warn('visibility of messages could not be extended', { queueArn: queue.arn, error }),
      );
    },
    (visibilityTimeoutSeconds * 1_000) / 3,
  );
  return { end: () => clearInterval(heartbeat) };
}

/** Calls the handler and returns the ids of the records that failed. If the handler throws, all records failed. */
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
    new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries: listEntries(messages) }),
  );
  // A message that could not be deleted is received again. Its handler then finds that the work is already done.
  for (const { Code, Message: reason } of answer.Failed ?? [])
    logger.warn('a message could not be deleted', { queueArn: queue.arn, code: Code, reason });
}

async function hide({ client, queue }: PumpOptions, messages: Message[], seconds: number): Promise<void> {
  for (let first = 0; first < messages.length; first += maxEntries) {
    const entries = listEntries(messages.slice(first, first + maxEntries));
    const Entries = entries.map((entry) => ({ ...entry, VisibilityTimeout: seconds }));
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queue.url, Entries }));
  }
}

function listEntries(messages: Message[]) {
  return messages.map(({ ReceiptHandle }, position) => ({ Id: String(position), ReceiptHandle }));
}
