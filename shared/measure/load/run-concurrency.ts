import { type Load, type LoadContext, type LoadOptions, startSlots } from './load.ts';

/**
 * Runs a continuous closed loop: each of `concurrency` slots takes the next request as soon as its last one ends, with
 * any outcome. Sends every request of the queue exactly once.
 */
export function runConcurrency(context: LoadContext, concurrency: number, options: LoadOptions): Load {
  let free = 0;
  let open = 0;
  let over = false;
  let stopped = false;

  const pump = () => {
    while (free > 0 && !stopped) {
      const request = context.queue.take();
      if (request === null) break;
      free--;
      open++;
      context.send(request, null, release);
    }
    if (!over && open === 0 && (stopped || context.queue.isDrained())) finish();
  };
  const release = () => {
    open--;
    free++;
    pump();
  };
  const callOff = startSlots(context, concurrency, options, () => {
    free++;
    pump();
  });
  const finish = () => {
    over = true;
    callOff();
    context.onDone();
  };
  context.queue.onChange(pump);
  return {
    stop: () => {
      stopped = true;
      pump();
    },
  };
}
