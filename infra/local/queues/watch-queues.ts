export type QueueWatch = {
  /** Resolves when a receipt from the queue would find a message, and when `signal` is aborted. */
  untilMessage(queueName: string, signal: AbortSignal): Promise<void>;
};

type Waiter = { queueName: string; wake(): void };

/** Queues of this process: what they hold can be seen without a request to them. */
export type OpenQueues = {
  hasMessage(queueName: string): boolean;
  /** Calls `listener` whenever a message may have come. */
  onRequest(listener: () => void): void;
};

/**
 * Looks into queues of this very process: at once, after each request to them, and every `lookEveryMs` for what only time
 * brings back. A receipt that waits is looked after by the embedded queue itself, fifty times a second, each by a timer of its
 * own; those together take a percent of a CPU beside the measuring.
 */
export function watchQueues({ hasMessage, onRequest }: OpenQueues, lookEveryMs: number): QueueWatch {
  const waiters = new Set<Waiter>();
  let timer: NodeJS.Timeout | null = null;

  const look = () => {
    for (const waiter of waiters) if (hasMessage(waiter.queueName)) waiter.wake();
  };
  onRequest(look);
  const leave = (waiter: Waiter) => {
    waiters.delete(waiter);
    if (waiters.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };

  return {
    untilMessage: async (queueName, signal) => {
      if (signal.aborted || hasMessage(queueName)) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const waiter = { queueName, wake: () => resolve() };
      waiters.add(waiter);
      timer ??= setInterval(look, lookEveryMs);
      signal.addEventListener('abort', waiter.wake, { once: true });
      await promise;
      signal.removeEventListener('abort', waiter.wake);
      leave(waiter);
    },
  };
}
