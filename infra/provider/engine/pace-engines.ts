import { wallNowMs } from '../wall-clock.ts';
import type { StreamEngine } from './stream-engine.ts';

export type Pacer = {
  /** Reschedules the timer. Callers invoke it after they add or remove streams. */
  wake(): void;
  stop(): void;
};

/** Drives the engines by one timer of 1 ms resolution. Deadlines are absolute, so a late tick does not delay later ones. */
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
