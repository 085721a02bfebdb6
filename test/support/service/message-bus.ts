import { setTimeout as delay } from 'node:timers/promises';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Queue } from '../../../shared/ports.ts';
import type { Message } from '../../../shared/records/messages.ts';

export type BusOptions = {
  /** Number of deliveries of each message. */
  copies: number;
  /** Whether messages are delivered in random order, up to `maxDelayMs` late. */
  shuffle: boolean;
  maxDelayMs: number;
  seed: number;
};

export type MessageBus = {
  queue: Queue;
  /** Sent messages in order. */
  sent: Message[];
  errors: unknown[];
  close(): Promise<void>;
};

/** Creates a queue in the test's process that delivers like SQS: duplicated, late, out of order, and concurrently. */
export function createMessageBus(handle: (message: Message) => Promise<void>, options: BusOptions): MessageBus {
  const random = xoroshiro128plus(options.seed);
  const sent: Message[] = [];
  const errors: unknown[] = [];
  const running = new Set<Promise<void>>();
  const closing = new AbortController();

  const deliver = async (message: Message, afterMs: number) => {
    await delay(afterMs, undefined, { signal: closing.signal }).catch(() => undefined);
    if (closing.signal.aborted) return;
    await handle(structuredClone(message)).catch((error: unknown) => errors.push(error));
  };

  return {
    sent,
    errors,
    queue: {
      check: async () => {},
      send: async (message, { delayMs = 0 } = {}) => {
        sent.push(message);
        for (let copy = 0; copy < options.copies; copy++) {
          const late = options.shuffle ? uniformInt(random, 0, options.maxDelayMs) : 0;
          const delivery = deliver(message, delayMs + late).finally(() => running.delete(delivery));
          running.add(delivery);
        }
      },
    },
    close: async () => {
      closing.abort();
      await Promise.all(running);
    },
  };
}
