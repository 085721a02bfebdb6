import { wallNowMs } from '../wall-clock.ts';
import type { StreamEngine } from './stream-engine.ts';

export type Pacer = {
  /** To be called when streams were added or removed: the next deadline may have moved. */
  wake(): void;
  stop(): void;
};

/**
 * Drives the engines by one timer. Timers have a grain of a millisecond: each tick sends all that is due by then, and
 * since deadlines are absolute, a late tick delays nothing but itself.
 */
export function paceEngines(engines: readonly StreamEngine[]): Pacer {
  let timer: NodeJS.Timeout | null = null;
  let atMs = Number.POSITIVE_INFINITY;
  let stopped = false;
  const tick = () => {
    timer = null;
    atMs = Number.POSITIVE_INFINITY;
    for (const engine of engines) engine.advance(wallNowMs());
    wake();
  };
  const wake = () => {
    if (stopped) return;
    let nextMs = Number.POSITIVE_INFINITY;
    for (const engine of engines) nextMs = Math.min(nextMs, engine.nextDueMs() ?? Number.POSITIVE_INFINITY);
    if (nextMs >= atMs || nextMs === Number.POSITIVE_INFINITY) return;
    if (timer !== null) clearTimeout(timer);
    atMs = nextMs;
    timer = setTimeout(tick, Math.max(0, nextMs - wallNowMs()));
  };
  return {
    wake,
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
