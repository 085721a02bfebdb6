import type { Load, LoadContext, LoadOptions } from './load.ts';

/**
 * Runs a continuous closed loop: each of `concurrency` slots takes the next request as soon as its last one ends, with
 * any outcome. Sends every request of the queue exactly once.
 */
export function runConcurrency(context: LoadContext, concurrency: number, options: LoadOptions): Load {
  return runLoop(context, concurrency, null, options);
}

/**
 * Runs rounds of `concurrency` requests. A round starts after all requests of the previous one end, at least
 * `minPeriodMs` after its start (for providers that limit the rate). The last round may be smaller.
 */
export function runRounds(context: LoadContext, concurrency: number, minPeriodMs: number, options: LoadOptions): Load {
  return runLoop(context, concurrency, minPeriodMs, options);
}

/** Runs rounds; `minPeriodMs` null: a single one, whose slots are free again after each request. */
function runLoop(context: LoadContext, concurrency: number, minPeriodMs: number | null, options: LoadOptions): Load {
  const round = { startMs: options.startMs, free: 0, left: concurrency, open: 0 };
  let over = false;
  let stopped = false;
  let callOffs: (() => void)[] = [];

  /** Frees the slots one after another. */
  const startRound = () => {
    callOffs = Array.from({ length: concurrency }, (_, slot) =>
      context.schedule(round.startMs + slot * options.spreadMs, () => {
        round.free++;
        pump();
      }),
    );
  };
  const scheduleRound = (atMs: number) => {
    const start = () => {
      round.startMs = context.nowMs();
      startRound();
    };
    callOffs = [context.schedule(atMs, start)];
  };
  const pump = () => {
    while (round.free > 0 && !stopped) {
      const request = context.queue.take();
      if (request === null) break;
      round.free--;
      round.left--;
      round.open++;
      context.send(request, null, onEnd);
    }
    if (over || round.open > 0) return;
    if (stopped || context.queue.isDrained()) {
      over = true;
      for (const callOff of callOffs) callOff();
      context.onDone();
    } else if (minPeriodMs !== null && round.left === 0) {
      round.left = concurrency;
      scheduleRound(Math.max(context.nowMs(), round.startMs + minPeriodMs));
    }
  };
  const onEnd = () => {
    round.open--;
    if (minPeriodMs === null) round.free++;
    pump();
  };
  if (minPeriodMs === null) startRound();
  else scheduleRound(options.startMs);
  context.queue.onChange(pump);
  return {
    stop: () => {
      stopped = true;
      pump();
    },
  };
}
