import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import type { Deps } from '../shared/ports.ts';
import { z } from 'zod';
import { type Message, type MessageKind, messageSchema } from '../shared/records/messages.ts';
import { renameFields } from '../shared/spec/rename-fields.ts';

/**
 * Processes the records of one invocation concurrently. Logs each failed record and names it in the partial batch
 * response, so that SQS redelivers only this record.
 */
export async function processRecords(
  records: readonly SQSRecord[],
  { logger, telemetry }: Pick<Deps, 'logger' | 'telemetry'>,
  work: (record: SQSRecord) => Promise<void>,
): Promise<SQSBatchResponse> {
  const outcomes = await Promise.allSettled(records.map(async (record) => work(record)));
  const batchItemFailures = records.flatMap((record, position) => {
    const outcome = outcomes[position];
    if (outcome?.status !== 'rejected') return [];
    logger.error('message processing failed', {
      messageId: record.messageId,
      queueArn: record.eventSourceARN,
      ...readIds(record.body),
      receiveCount: record.attributes.ApproximateReceiveCount,
      error: outcome.reason,
    });
    telemetry.record('messageFailed', 1, { messageId: record.messageId });
    return [{ itemIdentifier: record.messageId }];
  });
  return { batchItemFailures };
}

/** Returns the ids in the message for the log, or the start of a body that is not a valid message. */
function readIds(body: string): Record<string, unknown> {
  try {
    return { ...readMessage(body) };
  } catch {
    return { body: body.slice(0, 500) };
  }
}

/** Maps field names of version 0.1.0, whose messages may still be in a queue. */
const earlierNames = { stage: 'stageIndex', batch: 'batchIndex' };

/**
 * Parses the body of a queue record.
 * @throws Error if the body is not JSON or not a valid message
 */
export function readMessage(body: string): Message {
  const parsed = messageSchema.safeParse(renameFields(parseJson(body), earlierNames));
  if (!parsed.success) throw new Error(`The record does not contain a valid message. ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/**
 * Parses the body of a queue record for one kind of message.
 * @throws Error if the body is not a valid message of this kind
 */
export function readMessageOfKind<K extends MessageKind>(kind: K, body: string): Extract<Message, { kind: K }> {
  const message = readMessage(body);
  if (!isOfKind(message, kind)) throw new Error(`Expected a message of kind ${kind}, received ${message.kind}`);
  return message;
}

function isOfKind<K extends MessageKind>(message: Message, kind: K): message is Extract<Message, { kind: K }> {
  return message.kind === kind;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
