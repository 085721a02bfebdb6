import { setTimeout as delay } from 'node:timers/promises';
import type { QueueAddress } from './ensure-queues.ts';
import type { Waiting } from './pump.ts';

/** How the pumps of a server wait for messages. */
export type QueueWait = {
  forQueue(queue: QueueAddress): Waiting;
  forDeadLetters(queue: QueueAddress): Waiting;
};

/** Queues in this process, which can be inspected without a request. */
export type OpenQueues = {
  hasMessage(queueName: string): boolean;
  /** Calls `listener` each time a message may have arrived. */
  onRequest(listener: () => void): void;
};

type Waiter = { queueName: string; wake(): void };

/** Messages reappear after whole seconds, so this interval adds little delay. */
const inspectIntervalMs = 250;

/**
 * Waits by inspecting queues in this process: immediately, after each request to them, and every `inspectIntervalMs`.
 * Waiting receipts would cost 1 % of a CPU, because the embedded queue polls for each of them 50 times a second.
 */
export function waitByInspection({ hasMessage, onRequest }: OpenQueues): QueueWait {
  const waiters = new Set<Waiter>();
  let timer: NodeJS.Timeout | undefined;
  const inspect = () => {
    for (const waiter of waiters) if (hasMessage(waiter.queueName)) waiter.wake();
  };
  onRequest(inspect);
  const untilMessage = async (queueName: string, signal: AbortSignal) => {
    if (signal.aborted || hasMessage(queueName)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter = { queueName, wake: () => resolve() };
    waiters.add(waiter);
    timer ??= setInterval(inspect, inspectIntervalMs);
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
  return { forQueue: wait, forDeadLetters: wait };
}

/** Polling interval of dead-letter queues, whose messages are rare and not urgent. */
const deadLetterPauseMs = 2_000;

/** Waits by long polling, for queues in another process. */
export const waitByReceipt: QueueWait = {
  forQueue: () => ({ waitSeconds: 20, untilMessage: async () => undefined }),
  forDeadLetters: () => ({
    waitSeconds: 0,
    untilMessage: (signal) => delay(deadLetterPauseMs, undefined, { signal }).catch(() => undefined),
  }),
};
