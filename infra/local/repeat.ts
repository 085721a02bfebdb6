import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../../shared/ports.ts';

export type Repetition = {
  /** Resolves when no call is under way and none will come. */
  stop(): Promise<void>;
};

/** Calls `action` every `intervalMs`, never twice at one time; what it throws is logged. */
export function repeat(action: () => Promise<void>, intervalMs: number, logger: Logger): Repetition {
  const stopping = new AbortController();
  const { signal } = stopping;
  const loop = async () => {
    while (!signal.aborted) {
      await action().catch((error: unknown) => logger.error('a repeated action failed', { error }));
      await delay(intervalMs, undefined, { signal }).catch(() => undefined);
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
