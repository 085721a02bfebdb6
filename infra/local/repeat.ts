import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../../shared/ports.ts';

export type Repetition = {
  /** Resolves when no call is under way and none will come. */
  stop(): Promise<void>;
};

/** Calls `action` every `intervalMs`, first after `firstAfterMs`, never twice at one time; what it throws is logged. */
export function repeat(action: () => Promise<void>, intervalMs: number, logger: Logger, firstAfterMs = 0): Repetition {
  const stopping = new AbortController();
  const { signal } = stopping;
  const wait = (ms: number) => delay(ms, undefined, { signal }).catch(() => undefined);
  const loop = async () => {
    if (firstAfterMs > 0) await wait(firstAfterMs);
    while (!signal.aborted) {
      await action().catch((error: unknown) => logger.error('a repeated action failed', { error }));
      await wait(intervalMs);
    }
  };
  const ended = loop();
  return {
    stop: () => {
      stopping.abort();
      return ended;
    },
  };
}
