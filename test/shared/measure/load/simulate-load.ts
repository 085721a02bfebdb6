import { createRequestQueue, type Load, type LoadContext } from '../../../../shared/measure/load/load.ts';
import { createSimulatedClock, type SimulatedClock } from '../../../support/simulation/simulated-clock.ts';

export type Simulation = {
  clock: SimulatedClock;
  queue: ReturnType<typeof createRequestQueue>;
  load: Load;
  started: { index: number; startMs: number; dueMs: number | null }[];
  ended: { index: number; endMs: number }[];
  refused: { index: number; dueMs: number }[];
  maxOpen: number;
  doneAtMs: number[];
};

/** Runs a load generator on a simulated clock against requests that last as long as `lastMs` says. */
export function simulateLoad(
  count: number,
  lastMs: (index: number) => number,
  start: (context: LoadContext) => Load,
  fill: (simulation: Pick<Simulation, 'queue' | 'clock'>) => void = ({ queue }) => {
    queue.push(numbered(0, count));
    queue.end();
  },
): Simulation {
  const clock = createSimulatedClock();
  const queue = createRequestQueue();
  let open = 0;
  const seen: Omit<Simulation, 'clock' | 'queue' | 'load'> = {
    started: [],
    ended: [],
    refused: [],
    maxOpen: 0,
    doneAtMs: [],
  };
  const load = start({
    nowMs: clock.nowMs,
    schedule: clock.schedule,
    queue,
    send: ({ index }, dueMs, onEnd) => {
      seen.started.push({ index, startMs: clock.nowMs(), dueMs });
      seen.maxOpen = Math.max(seen.maxOpen, ++open);
      clock.schedule(clock.nowMs() + lastMs(index), () => {
        open--;
        seen.ended.push({ index, endMs: clock.nowMs() });
        onEnd();
      });
    },
    refuse: ({ index }, dueMs) => seen.refused.push({ index, dueMs }),
    onDone: () => seen.doneAtMs.push(clock.nowMs()),
  });
  fill({ queue, clock });
  return Object.assign(seen, { clock, queue, load });
}

export function numbered(first: number, count: number): { index: number; body: Uint8Array }[] {
  return Array.from({ length: count }, (_, k) => ({ index: first + k, body: new Uint8Array(1) }));
}
