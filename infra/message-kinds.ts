import { type MessageKind, messageSchemas } from '../shared/records/messages.ts';

export const messageKinds = Object.keys(messageSchemas) as MessageKind[]; // keys of a literal object

/** Makes something for every kind of message. */
export function mapKinds<T>(make: (kind: MessageKind) => T): Record<MessageKind, T> {
  return Object.fromEntries(messageKinds.map((kind) => [kind, make(kind)])) as Record<MessageKind, T>; // all kinds are keys
}

/** Names the queues of all kinds of message, as the configuration reads them. */
export function nameQueues(urls: Record<MessageKind, string>): Record<string, string> {
  return Object.fromEntries(messageKinds.map((kind) => [`${kind.toUpperCase()}_QUEUE_URL`, urls[kind]]));
}
