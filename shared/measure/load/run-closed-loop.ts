import type { Load, LoadContext, LoadOptions } from './load.ts';

/** Streams of a closed loop. `minPeriodMs`: minimum time between the starts of rounds. Null if there are no rounds. */
type ClosedLoop = { concurrency: number; minPeriodMs: number | null };

/**
 * Runs a closed loop, which sends every request in the queue exactly once. Without rounds, each stream sends its next
 * request as soon as its previous request ends, whether it succeeded or failed. With rounds, for providers that limit
 * the rate, `concurrency` or fewer requests start after all requests of the previous round end.
 */
export function runClosedLoop(
  context: LoadContext,
  { concurrency, minPeriodMs }: ClosedLoop,
  options: LoadOptions,
): Load {
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
    const callOff = context.schedule(atMs, () => {
      round.startMs = context.nowMs();
      startRound();
    });
    callOffs = [callOff];
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
