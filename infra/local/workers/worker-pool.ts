import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { startWorker, type Worker, WorkerLostError, type WorkerOptions } from './start-worker.ts';

export type WorkerPoolOptions = WorkerOptions & {
  maxWorkers: number;
  /** Time in ms after which an idle worker process is ended. */
  idleMs: number;
};

export type WorkerPool = {
  /**
   * Handles an event in an idle worker process. If `close` interrupts the handler, all records of the event count as
   * failed and are retried at the next start.
   * @throws the handler's error, or an Error if the worker process ended or all worker processes are busy
   */
  invoke(event: SQSEvent): Promise<SQSBatchResponse | undefined>;
  /** Starts worker processes until `count` of them exist, so that they are loaded before they are needed. */
  warm(count: number): void;
  /** Returns the process ids of the running workers, with busy workers first. */
  pids(): number[];
  /** Ends each worker process when its invocation has ended, or kills it after `graceMs` (in ms) at the latest. */
  close(graceMs: number): Promise<void>;
};

/** Creates a pool that starts worker processes as needed, up to a limit. Each worker runs one invocation at a time. */
export function createWorkerPool(options: WorkerPoolOptions): WorkerPool {
  const busy = new Set<Worker>();
  /** Idle workers and the timers that end them. The worker that has been idle longest is first. */
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
    // Takes the worker that was used most recently, so that the other workers stay idle and can be ended.
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
