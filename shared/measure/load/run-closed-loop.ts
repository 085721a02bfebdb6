import type { Load, LoadContext, LoadOptions } from './load.ts';

/**
 * Runs a closed loop without rounds: each of `concurrency` streams sends its next request as soon as its previous
 * request ends, whether it succeeded or failed. Sends every request in the queue exactly once.
 */
export function runConcurrency(context: LoadContext, concurrency: number, options: LoadOptions): Load {
  return runLoop(context, concurrency, null, options);
}

/**
 * Runs a closed loop in rounds of `concurrency` requests, for providers that limit the rate. A round starts after the
 * previous round's requests end, and at least `minPeriodMs` after that round started. The last round may be smaller.
 */
export function runRounds(context: LoadContext, concurrency: number, minPeriodMs: number, options: LoadOptions): Load {
  return runLoop(context, concurrency, minPeriodMs, options);
}

/** Runs a closed loop in rounds that start at least `minPeriodMs` apart, or without rounds if `minPeriodMs` is null. */
function runLoop(context: LoadContext, concurrency: number, minPeriodMs: number | null, options: LoadOptions): Load {
  const round = { startMs: options.startMs, free: 0, left: concurrency, open: 0 };
  let over = false;
  let stopped = false;
  let callOffs: (() => void)[] = [];

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
