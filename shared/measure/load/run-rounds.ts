import type { Load, LoadContext, LoadOptions } from './load.ts';

/**
 * Rounds: `concurrency` requests, all of them awaited, then the next round, not before `minPeriodMs` after the start of the
 * one before (for providers that limit the rate). The last round is smaller where the requests run out.
 */
export function runRounds(
  context: LoadContext,
  concurrency: number,
  minPeriodMs: number,
  { startMs, spreadMs }: LoadOptions,
): Load {
  let free = 0;
  let open = 0;
  /** Of this round: requests that have not been taken yet. */
  let left = 0;
  let roundStartMs = startMs;
  let over = false;
  let stopped = false;
  let planned: (() => void)[] = [];

  const startRound = () => {
    roundStartMs = context.nowMs();
    left = concurrency;
    free = 0;
    planned = Array.from({ length: concurrency }, (_, slot) =>
      context.schedule(roundStartMs + slot * spreadMs, () => {
        free++;
        pump();
      }),
    );
  };
  const pump = () => {
    while (free > 0 && !stopped) {
      const request = context.queue.take();
      if (request === null) break;
      free--;
      left--;
      open++;
      context.send(request, null, onEnd);
    }
    if (over || open > 0) return;
    if (stopped || context.queue.isDrained()) return finish();
    if (left > 0) return;
    left = concurrency;
    planned = [context.schedule(Math.max(context.nowMs(), roundStartMs + minPeriodMs), startRound)];
  };
  const onEnd = () => {
    open--;
    pump();
  };
  const finish = () => {
    over = true;
    for (const callOff of planned) callOff();
    context.onDone();
  };
  left = concurrency;
  planned = [context.schedule(startMs, startRound)];
  context.queue.onChange(pump);
  return {
    stop: () => {
      stopped = true;
      pump();
    },
  };
}
