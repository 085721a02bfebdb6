import { setTimeout as delay } from 'node:timers/promises';
import type { QueueAddress } from './ensure-queues.ts';
import type { Waiting } from './pump.ts';

/** Defines how the local service waits for messages in queues and in dead-letter queues. */
export type QueueWait = {
  forQueue(queue: QueueAddress): Waiting;
  forDeadLetters(queue: QueueAddress): Waiting;
};

/** Queues in this process. They can be inspected without a request to the queue server. */
export type OpenQueues = {
  hasMessage(queueName: string): boolean;
  /** Calls `listener` each time a message may have arrived. */
  onRequest(listener: () => void): void;
};

type Waiter = { queueName: string; wake(): void };

/** Interval in ms between inspections. It adds little delay, because hidden messages reappear after whole seconds. */
const inspectIntervalMs = 250;

/**
 * Waits by inspecting queues in this process: at once, after each request to the queue server, and at a fixed interval.
 * Long polling would use 1 % of a CPU: for each open call, the embedded server inspects the queue 50 times a second.
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

/** Time in ms between two receive calls to a dead-letter queue. Dead letters are rare and not urgent. */
const deadLetterPauseMs = 2_000;

/** Waits by long polling, for queues that are in another process. */
export const waitByReceipt: QueueWait = {
  forQueue: () => ({ waitSeconds: 20, untilMessage: async () => undefined }),
  forDeadLetters: () => ({
    waitSeconds: 0,
    untilMessage: (signal) => delay(deadLetterPauseMs, undefined, { signal }).catch(() => undefined),
  }),
};
