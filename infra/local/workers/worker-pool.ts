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
  const idle = keepIdleWorkers(options.idleMs);
  let closing = false;

  const add = () => {
    const worker = startWorker(options);
    busy.add(worker);
    void worker.exited.then(() => {
      idle.remove(worker);
      busy.delete(worker);
    });
    return worker;
  };
  const take = () => {
    if (closing) throw new Error('The workers are shutting down.');
    // Takes the worker that was used most recently, so that the other workers stay idle and can be ended.
    const rested = idle.list().at(-1);
    if (rested === undefined && busy.size >= options.maxWorkers) throw new Error('All workers are busy.');
    const worker = rested ?? add();
    idle.remove(worker);
    busy.add(worker);
    return worker;
  };
  const rest = (worker: Worker) => {
    if (busy.delete(worker) && worker.isAlive()) idle.add(worker);
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
      while (busy.size + idle.list().length < Math.min(count, options.maxWorkers)) rest(add());
    },
    pids: () => [...busy, ...idle.list()].map(({ pid }) => pid),
    close: async (graceMs) => {
      closing = true;
      const workers = [...busy, ...idle.list()];
      idle.list().forEach(idle.remove);
      await Promise.all(workers.map((worker) => worker.end(graceMs)));
    },
  };
}

/** Keeps the idle workers, longest idle first. Dismisses each worker after `idleMs`. */
function keepIdleWorkers(idleMs: number) {
  const dismissals = new Map<Worker, NodeJS.Timeout>();
  const remove = (worker: Worker) => {
    clearTimeout(dismissals.get(worker));
    dismissals.delete(worker);
  };
  return {
    list: () => [...dismissals.keys()],
    add: (worker: Worker) => {
      const dismissal = setTimeout(() => {
        remove(worker);
        worker.dismiss();
      }, idleMs);
      dismissals.set(worker, dismissal);
    },
    remove,
  };
}
