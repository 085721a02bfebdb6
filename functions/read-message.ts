import { z } from 'zod';
import { type Message, type MessageKind, messageSchema } from '../shared/records/messages.ts';
import { renameFields } from '../shared/spec/rename-fields.ts';

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
