import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { startWorker, type Worker, WorkerLostError, type WorkerOptions } from './start-worker.ts';

export type WorkerPoolOptions = WorkerOptions & {
  maxWorkers: number;
  /** How long a worker without work is kept. */
  idleMs: number;
};

export type WorkerPool = {
  /**
   * Runs the event on a worker of its own. An event that closing breaks off is answered with all of its records as
   * failures, as nothing is wrong with it: they come again at the next start.
   * @throws Error what the handler threw, or that the worker died, or that none is free
   */
  invoke(event: SQSEvent): Promise<SQSBatchResponse | undefined>;
  /** Starts workers until there are so many; they load while nothing waits for them. */
  warm(count: number): void;
  /** Process ids of the living workers, busy ones first. */
  pids(): number[];
  /** Lets running invocations end, and ends all workers: after the grace by force. */
  close(graceMs: number): Promise<void>;
};

/** Worker processes, grown on demand to a cap, each with one invocation at a time, kept warm for the next. */
export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const busy = new Set<Worker>();
  /** In the order in which they came to rest, each with the timer of its dismissal. */
  const idle = new Map<Worker, NodeJS.Timeout>();
  let closing = false;

  const leave = (worker: Worker) => {
    clearTimeout(idle.get(worker));
    idle.delete(worker);
    busy.delete(worker);
  };
  const add = () => {
    const worker = startWorker(options);
    busy.add(worker);
    void worker.exited.then(() => leave(worker));
    return worker;
  };
  const take = () => {
    if (closing) throw new Error('The workers are shutting down');
    // The one that rested last: the others may then rest long enough to be dismissed.
    const rested = [...idle.keys()].at(-1);
    if (rested === undefined && busy.size >= options.maxWorkers) throw new Error('All workers are busy');
    const worker = rested ?? add();
    leave(worker);
    busy.add(worker);
    return worker;
  };
  const rest = (worker: Worker) => {
    if (!busy.delete(worker) || !worker.isAlive()) return;
    const dismissal = setTimeout(() => {
      leave(worker);
      worker.dismiss();
    }, options.idleMs);
    idle.set(worker, dismissal);
  };

  return {
    invoke: async (event) => {
      const worker = take();
      try {
        return await worker.invoke(event);
      } catch (error) {
        if (!closing || !(error instanceof WorkerLostError)) throw error;
        return { batchItemFailures: event.Records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
      } finally {
        rest(worker);
      }
    },
    warm: (count) => {
      while (busy.size + idle.size < Math.min(count, options.maxWorkers)) rest(add());
    },
    pids: () => [...busy, ...idle.keys()].map(({ pid }) => pid),
    close: async (graceMs) => {
      closing = true;
      const workers = [...busy, ...idle.keys()];
      for (const worker of idle.keys()) leave(worker);
      await Promise.all(workers.map((worker) => worker.end(graceMs)));
    },
  };
}
