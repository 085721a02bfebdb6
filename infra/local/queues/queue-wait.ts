import { setTimeout as delay } from 'node:timers/promises';
import type { QueueAddress } from './ensure-queues.ts';
import type { Waiting } from './pump.ts';

/** How the pumps of a server wait for messages. */
export type QueueWait = {
  ofQueue(queue: QueueAddress): Waiting;
  ofDeadLetters(queue: QueueAddress): Waiting;
};

/** Queues of this process: what they hold can be seen without a request to them. */
export type OpenQueues = {
  hasMessage(queueName: string): boolean;
  /** Calls `listener` whenever a message may have come. */
  onRequest(listener: () => void): void;
};

type Waiter = { queueName: string; wake(): void };

/** Delays and visibility timeouts are whole seconds. */
const lookEveryMs = 250;

/**
 * Looks into queues of this very process: at once, after each request to them, and every `lookEveryMs` for what only time
 * brings back. A receipt that waits is looked after by the embedded queue itself, fifty times a second, each by a timer of its
 * own; those together take a percent of a CPU beside the measuring.
 */
export function waitByLooking({ hasMessage, onRequest }: OpenQueues): QueueWait {
  const waiters = new Set<Waiter>();
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    for (const waiter of waiters) if (hasMessage(waiter.queueName)) waiter.wake();
  };
  onRequest(look);
  const untilMessage = async (queueName: string, signal: AbortSignal) => {
    if (signal.aborted || hasMessage(queueName)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter = { queueName, wake: () => resolve() };
    waiters.add(waiter);
    timer ??= setInterval(look, lookEveryMs);
    signal.addEventListener('abort', waiter.wake, { once: true });
    await promise;
    signal.removeEventListener('abort', waiter.wake);
    waiters.delete(waiter);
    if (waiters.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
  const wait = ({ arn }: QueueAddress): Waiting => {
    const queueName = arn.slice(arn.lastIndexOf(':') + 1);
    return { waitSeconds: 0, untilMessage: (signal) => untilMessage(queueName, signal) };
  };
  return { ofQueue: wait, ofDeadLetters: wait };
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
