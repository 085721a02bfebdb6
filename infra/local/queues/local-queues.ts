import type { MessageKind } from '../../../shared/records/messages.ts';

export type QueueDefinition = {
  kind: MessageKind;
  /** How long a message stays hidden once received; the pump extends it for as long as its handler runs. */
  visibilityTimeoutSeconds: number;
  /** After so many receipts without success a message becomes a dead letter. */
  maxReceiveCount: number;
};

export type LocalQueue = QueueDefinition & {
  /** Most records in one invocation. */
  batchSize: number;
  /** Most invocations at one time; null: as many as there may be workers. */
  concurrency: number | null;
};

/**
 * One queue per kind of message, each with its dead-letter queue. The visibility timeout is short: after a kill it is how
 * long a message that was being handled stays hidden, and while a handler lives the pump extends it.
 */
export const localQueues: readonly LocalQueue[] = [
  { kind: 'advance', visibilityTimeoutSeconds: 6, maxReceiveCount: 10, batchSize: 10, concurrency: 4 },
  { kind: 'batch', visibilityTimeoutSeconds: 6, maxReceiveCount: 5, batchSize: 1, concurrency: null },
  { kind: 'finalize', visibilityTimeoutSeconds: 6, maxReceiveCount: 5, batchSize: 1, concurrency: 2 },
  // One each, so that an endpoint that hangs holds up nobody else's delivery.
  { kind: 'deliver', visibilityTimeoutSeconds: 6, maxReceiveCount: 10, batchSize: 1, concurrency: 20 },
];
