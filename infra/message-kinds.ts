import { type MessageKind, messageSchemas } from '../shared/records/messages.ts';

export const messageKinds = Object.keys(messageSchemas) as MessageKind[]; // the keys of an object literal

export function mapKinds<T>(make: (kind: MessageKind) => T): Record<MessageKind, T> {
  return Object.fromEntries(messageKinds.map((kind) => [kind, make(kind)])) as Record<MessageKind, T>; // all kinds are keys
}

/** Converts queue URLs to configuration settings, with one environment variable for each kind of message. */
export function nameQueues(urls: Record<MessageKind, string>): Record<string, string> {
  return Object.fromEntries(messageKinds.map((kind) => [`${kind.toUpperCase()}_QUEUE_URL`, urls[kind]]));
}
