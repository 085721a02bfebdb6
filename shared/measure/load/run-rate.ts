import type { Load, LoadContext, LoadOptions } from './load.ts';

type RateOptions = Pick<LoadOptions, 'startMs'> & { maxConcurrency: number; whenFull: 'refuse' | 'wait' };

/**
 * Open loop: request k is due `dueMs[k]` after the start, whatever became of those before. The schedule is absolute: each
 * tick sends all that is due, and a tick that comes late (or a request that was not ready) moves nothing that follows; how
 * late each started stays visible as start − due. A request due while `maxConcurrency` are open is refused; or, where it is to
 * wait, it starts as soon as an open one has ended, in order, still due at its own instant.
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
    // Until a request comes, or an open one ends: either calls this again.
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
    // The time is not asked again: a request that fell due since the loop looked would then wait for a change that need
    // not come.
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
