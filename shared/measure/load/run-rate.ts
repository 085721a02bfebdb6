import type { Load, LoadContext, LoadOptions } from './load.ts';

type RateOptions = Pick<LoadOptions, 'startMs'> & { maxConcurrency: number; whenFull: 'refuse' | 'wait' };

/**
 * Runs an open loop: request k is due `dueMs[k]` after the start. Each tick sends everything due, and a late tick or
 * request does not move later ones; the delay remains visible as start − due. A request due while `maxConcurrency` are
 * open is refused, or waits in order for an open one to end.
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
    // A new request or the end of an open one calls this function again.
    let isWaiting = false;
    while (!stopped && next < dueMs.length && dueAt(next) <= context.nowMs()) {
      if (whenFull === 'wait' && open >= maxConcurrency) {
        isWaiting = true;
        break;
      }
      const request = context.queue.take();
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
    // Does not read the time again, because a request due since the loop would wait for a change that may never come.
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
