import { type Load, type LoadContext, type LoadOptions, startSlots } from './load.ts';

/**
 * Runs rounds of `concurrency` requests. A round starts after all requests of the previous one end, at least
 * `minPeriodMs` after its start (for providers that limit the rate). The last round may be smaller.
 */
export function runRounds(
  context: LoadContext,
  concurrency: number,
  minPeriodMs: number,
  { startMs, spreadMs }: LoadOptions,
): Load {
  const round = { startMs, free: 0, left: concurrency, open: 0 };
  let over = false;
  let stopped = false;
  let callOff = () => {};

  const startRound = () => {
    round.startMs = context.nowMs();
    callOff = startSlots(context, concurrency, { startMs: round.startMs, spreadMs }, () => {
      round.free++;
      pump();
    });
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
    if (stopped || context.queue.isDrained()) finish();
    else if (round.left === 0) {
      round.left = concurrency;
      callOff = context.schedule(Math.max(context.nowMs(), round.startMs + minPeriodMs), startRound);
    }
  };
  const onEnd = () => {
    round.open--;
    pump();
  };
  const finish = () => {
    over = true;
    callOff();
    context.onDone();
  };
  callOff = context.schedule(startMs, startRound);
  context.queue.onChange(pump);
  return {
    stop: () => {
      stopped = true;
      pump();
    },
  };
}
