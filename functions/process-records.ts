import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { z } from 'zod';
import type { Deps } from '../shared/ports.ts';
import {
  chooseQueue,
  deadLetterSuffix,
  type Message,
  type MessageKind,
  messageSchema,
} from '../shared/records/messages.ts';
import type { TelemetryName } from '../shared/records/telemetry.ts';
import { renameFields } from '../shared/spec/rename-fields.ts';

/**
 * Processes all SQS records of one invocation concurrently. Logs each failed record and returns its id in the partial
 * batch response, so that SQS delivers only the failed records again.
 */
export async function processRecords(
  records: readonly SQSRecord[],
  { logger, telemetry }: Pick<Deps, 'logger' | 'telemetry'>,
  work: (record: SQSRecord) => Promise<void>,
): Promise<SQSBatchResponse> {
  for (const record of records) recordWait(record, telemetry);
  const outcomes = await Promise.allSettled(records.map(async (record) => work(record)));
  const batchItemFailures = records.flatMap((record, position) => {
    const outcome = outcomes[position];
    if (outcome?.status !== 'rejected') return [];
    logger.error('message processing failed', {
      messageId: record.messageId,
      queueArn: record.eventSourceARN,
      ...(tryReadMessage(record.body) ?? { body: record.body.slice(0, 500) }),
      receiveCount: record.attributes.ApproximateReceiveCount,
      error: outcome.reason,
    });
    telemetry.record('messageFailed', 1, { messageId: record.messageId });
    return [{ itemIdentifier: record.messageId }];
  });
  return { batchItemFailures };
}

/** Metrics of the time that messages wait. Webhook deliveries may have a delay, so the notifier measures how late they are. */
const waitMetrics: Partial<Record<MessageKind, TelemetryName>> = {
  advance: 'advanceQueuedMs',
  batch: 'batchQueuedMs',
  finalize: 'finalizeQueuedMs',
};

/** Records how long a message waited, by the clock of SQS. Redelivered messages and dead letters have waited on purpose. */
function recordWait({ body, attributes, eventSourceARN }: SQSRecord, telemetry: Deps['telemetry']): void {
  const { ApproximateReceiveCount, ApproximateFirstReceiveTimestamp, SentTimestamp } = attributes;
  if (ApproximateReceiveCount !== '1' || eventSourceARN.endsWith(deadLetterSuffix)) return;
  const message = tryReadMessage(body);
  const metric = message === null ? undefined : waitMetrics[chooseQueue(message)];
  const waitMs = Number.parseInt(ApproximateFirstReceiveTimestamp, 10) - Number.parseInt(SentTimestamp, 10);
  if (metric !== undefined && waitMs >= 0) telemetry.record(metric, waitMs, { ...message });
}

/** Field names of version 0.1.0 and their current names. Messages of that version may still be in a queue. */
const earlierNames = { stage: 'stageIndex', batch: 'batchIndex' };

/** Parses the body of a queue record. Throws an error if the body is not a valid message. */
export function readMessage(body: string): Message {
  const parsed = parseMessage(body);
  if (!parsed.success) throw new Error(`The record does not contain a valid message. ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** Parses the body of a queue record. Returns null if it is not a valid message. */
export function tryReadMessage(body: string): Message | null {
  return parseMessage(body).data ?? null;
}

/** Parses the body of a queue record. Throws an error if the body is not a valid message of this kind. */
export function readMessageOfKind<K extends MessageKind>(kind: K, body: string): Extract<Message, { kind: K }> {
  const message = readMessage(body);
  if (!isOfKind(message, kind))
    throw new Error(`Internal error: expected a message of kind ${kind}, but received ${message.kind}`);
  return message;
}

function isOfKind<K extends MessageKind>(message: Message, kind: K): message is Extract<Message, { kind: K }> {
  return message.kind === kind;
}

function parseMessage(body: string) {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // If the body is not JSON, `value` is undefined, which the schema rejects.
  }
  return messageSchema.safeParse(renameFields(earlierNames)(value));
}
