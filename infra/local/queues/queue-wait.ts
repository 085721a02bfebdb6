import { setTimeout as delay } from 'node:timers/promises';
import type { QueueAddress } from './ensure-queue.ts';
import type { Waiting } from './pump.ts';
import { type OpenQueues, watchQueues } from './watch-queues.ts';

/** How the pumps of a server wait for messages. */
export type QueueWait = {
  ofQueue(queue: QueueAddress): Waiting;
  ofDeadLetters(queue: QueueAddress): Waiting;
};

/** Delays and visibility timeouts are whole seconds. */
const lookEveryMs = 250;

/** Of queues in this process, which are looked into without a request. */
export function waitByLooking(queues: OpenQueues): QueueWait {
  const watch = watchQueues(queues, lookEveryMs);
  const waiting = ({ arn }: QueueAddress): Waiting => {
    const queueName = arn.slice(arn.lastIndexOf(':') + 1);
    return { waitSeconds: 0, untilMessage: (signal) => watch.untilMessage(queueName, signal) };
  };
  return { ofQueue: waiting, ofDeadLetters: waiting };
}

/** Dead letters are rare, and nobody waits for them: their queues are looked at now and then. */
const deadLetterPauseMs = 2_000;

/** Of queues of another server: receipts wait there. */
export const waitByReceipt: QueueWait = {
  ofQueue: () => ({ waitSeconds: 20, untilMessage: async () => undefined }),
  ofDeadLetters: () => ({
    waitSeconds: 0,
    untilMessage: (signal) => delay(deadLetterPauseMs, undefined, { signal }).catch(() => undefined),
  }),
};
