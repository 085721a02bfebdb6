import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { startWorker, type Worker, WorkerLostError, type WorkerOptions } from './start-worker.ts';

export type WorkerPoolOptions = WorkerOptions & {
  maxWorkers: number;
  /** Time after which an idle worker is ended. */
  idleMs: number;
};

export type WorkerPool = {
  /**
   * Runs the event on a free worker. If closing interrupts it, all its records count as failed, so the next start retries
   * them.
   * @throws Error of the handler, or an error if the worker ended or no worker is free
   */
  invoke(event: SQSEvent): Promise<SQSBatchResponse | undefined>;
  /** Starts workers until `count` exist, so that they load in advance. */
  warm(count: number): void;
  /** Returns the process ids of the running workers, busy ones first. */
  pids(): number[];
  /** Ends all workers when their invocations have ended, or kills them after the grace period. */
  close(graceMs: number): Promise<void>;
};

/** Creates a pool of worker processes that grows on demand up to a limit. Each worker runs one invocation at a time. */
export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const busy = new Set<Worker>();
  /** Idle workers, longest idle first, with the timers that end them. */
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
    if (closing) throw new Error('The workers are shutting down.');
    // The most recently used worker is taken, so that the others can reach the idle limit.
    const rested = [...idle.keys()].at(-1);
    if (rested === undefined && busy.size >= options.maxWorkers) throw new Error('All workers are busy.');
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
