import type { Worker } from './start-worker.ts';

export type WorkerRoster = {
  /** Busy from now on. */
  engage(worker: Worker): void;
  /** Idle from now on, and dismissed if it stays so; nothing where the worker has left. */
  rest(worker: Worker): void;
  leave(worker: Worker): void;
  /** The worker that rested last, or null: the others may then rest long enough to be dismissed. */
  freshest(): Worker | null;
  busy(): Worker[];
  idle(): Worker[];
};

/** Who of the living workers is busy and who is idle. */
export function createWorkerRoster(idleMs: number): WorkerRoster {
  const busy = new Set<Worker>();
  /** In the order in which they came to rest, each with the timer of its dismissal. */
  const idle = new Map<Worker, NodeJS.Timeout>();

  const leave = (worker: Worker) => {
    clearTimeout(idle.get(worker));
    idle.delete(worker);
    busy.delete(worker);
  };
  return {
    leave,
    engage: (worker) => {
      leave(worker);
      busy.add(worker);
    },
    rest: (worker) => {
      if (!busy.delete(worker) || !worker.isAlive()) return;
      const dismissal = setTimeout(() => {
        leave(worker);
        worker.dismiss();
      }, idleMs);
      idle.set(worker, dismissal);
    },
    freshest: () => [...idle.keys()].at(-1) ?? null,
    busy: () => [...busy],
    idle: () => [...idle.keys()],
  };
}
