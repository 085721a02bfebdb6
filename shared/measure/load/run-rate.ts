import type { Load, LoadContext, LoadOptions } from './load.ts';

type RateOptions = Pick<LoadOptions, 'startMs'> & { maxConcurrency: number; whenFull: 'refuse' | 'wait' };

/**
 * Runs an open loop: request k is due `dueMs[k]` after the start. Each timer callback sends all due requests. If a
 * callback or a request is late, later requests keep their due times, so the delay is visible as start − due. If a
 * request is due while `maxConcurrency` requests are open, it is refused, or it waits in order until one of them ends.
 */
export function runRate(
  context: LoadContext,
  dueMs: Float64Array,
  { maxConcurrency, whenFull, startMs }: RateOptions,
): Load {
  let next = 0;
  let open = 0;
  let over = false;
  let stopped = false;
  let callOff = () => {};

  const dueAt = (index: number): number => startMs + (dueMs[index] ?? Number.POSITIVE_INFINITY);
  const tick = () => {
    callOff();
    // If true, `tick` runs again when a new request arrives or an open request ends.
    let isWaiting = false;
    while (!stopped && next < dueMs.length && dueAt(next) <= context.nowMs()) {
      const mustWait = whenFull === 'wait' && open >= maxConcurrency;
      const request = mustWait ? null : context.queue.take();
      if (request === null) {
        isWaiting = true;
        break;
      }
      const atMs = dueAt(next++);
      if (open < maxConcurrency) {
        open++;
        context.send(request, atMs, onEnd);
      } else context.refuse(request, atMs);
    }
    const isLast = stopped || next >= dueMs.length || context.queue.isDrained();
    if (isLast) return settle();
    // Does not check the clock: if a request became due after the loop above, only this timer can send it.
    if (!isWaiting) callOff = context.schedule(dueAt(next), tick);
  };
  const settle = () => {
    if (over || open > 0) return;
    over = true;
    context.onDone();
  };
  const onEnd = () => {
    open--;
    if (stopped || next >= dueMs.length || context.queue.isDrained()) settle();
    else if (whenFull === 'wait') tick();
  };
  callOff = context.schedule(startMs, tick);
  context.queue.onChange(tick);
  return {
    stop: () => {
      stopped = true;
      tick();
    },
  };
}
