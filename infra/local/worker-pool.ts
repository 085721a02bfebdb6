import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { startWorker, type Worker, type WorkerOptions } from './start-worker.ts';

export type WorkerPoolOptions = WorkerOptions & {
  maxWorkers: number;
  /** How long a worker without work is kept. */
  idleMs: number;
};

export type WorkerPool = {
  /**
   * Runs the event on a worker of its own.
   * @throws Error what the handler threw, or that the worker died, or that none is free
   */
  invoke(event: SQSEvent): Promise<SQSBatchResponse | undefined>;
  /** Starts workers until there are so many; they load while nothing waits for them. */
  warm(count: number): void;
  /** Process ids of the living workers, busy ones first. */
  pids(): number[];
  /** Lets running batches hand on what they have not sent, and ends all workers: after the grace by force. */
  close(graceMs: number): Promise<void>;
};

/** Worker processes, grown on demand to a cap, each with one invocation at a time, kept warm for the next. */
export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const idle: Worker[] = [];
  const busy = new Set<Worker>();
  const dismissals = new Map<Worker, NodeJS.Timeout>();
  let closing = false;

  const forget = (worker: Worker) => {
    clearTimeout(dismissals.get(worker));
    dismissals.delete(worker);
    busy.delete(worker);
    const position = idle.indexOf(worker);
    if (position >= 0) idle.splice(position, 1);
  };
  const add = () => {
    const worker = startWorker(options);
    void worker.exited.then(() => forget(worker));
    return worker;
  };
  const rest = (worker: Worker) => {
    if (!busy.delete(worker) || !worker.isAlive()) return;
    idle.push(worker);
    dismissals.set(
      worker,
      setTimeout(() => {
        forget(worker);
        worker.dismiss();
      }, options.idleMs),
    );
  };
  /** The one that rested last: the others may then rest long enough to be dismissed. */
  const take = () => {
    const worker = idle.at(-1);
    if (worker === undefined) return busy.size < options.maxWorkers ? add() : null;
    forget(worker);
    return worker;
  };

  return {
    invoke: async (event) => {
      const worker = closing ? null : take();
      if (worker === null) throw new Error(closing ? 'The workers are shutting down' : 'All workers are busy');
      busy.add(worker);
      try {
        return await worker.invoke(event);
      } finally {
        rest(worker);
      }
    },
    warm: (count) => {
      while (idle.length + busy.size < Math.min(count, options.maxWorkers)) {
        const worker = add();
        busy.add(worker);
        rest(worker);
      }
    },
    pids: () => [...busy, ...idle].map(({ pid }) => pid),
    close: async (graceMs) => {
      closing = true;
      const working = [...busy];
      const resting = [...idle];
      for (const worker of resting) forget(worker);
      await Promise.all([...working, ...resting].map((worker) => worker.end(graceMs)));
    },
  };
}
