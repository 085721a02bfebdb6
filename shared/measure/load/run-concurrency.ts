import { type Load, type LoadContext, type LoadOptions, startSlots } from './load.ts';

/**
 * Continuous closed loop: `concurrency` slots, each of which takes the next request as soon as its last one has ended,
 * however it ended. Requests are taken one by one as slots fall free, so as many are sent as there are, and none twice.
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
