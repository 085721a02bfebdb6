import { z } from 'zod';
import { type Message, type MessageKind, messageSchema } from '../shared/records/messages.ts';
import { renameFields } from '../shared/spec/rename-fields.ts';

/** Fields that version 0.1.0 sent under another name: a message of it may still wait in a queue. */
const earlierNames = { stage: 'stageIndex', batch: 'batchIndex' };

/**
 * Reads the body of a queue's record.
 * @throws Error naming the fault, where it is not JSON or not one of our messages
 */
export function readMessage(body: string): Message {
  const parsed = messageSchema.safeParse(renameFields(parseJson(body), earlierNames));
  if (!parsed.success) throw new Error(`Not one of our messages. ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/**
 * Reads a record's body at a door for one kind of message.
 * @throws Error as `readMessage`, or where the message is of another kind
 */
export function readMessageOfKind<K extends MessageKind>(kind: K, body: string): Extract<Message, { kind: K }> {
  const message = readMessage(body);
  if (!isOfKind(message, kind)) throw new Error(`A message of kind ${message.kind} came where ${kind} is expected`);
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
