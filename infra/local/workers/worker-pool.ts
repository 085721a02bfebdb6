import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { startWorker, WorkerLostError, type WorkerOptions } from './start-worker.ts';
import { createWorkerRoster } from './worker-roster.ts';

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
  const roster = createWorkerRoster(options.idleMs);
  let closing = false;

  const size = () => roster.busy().length + roster.idle().length;
  const add = () => {
    const worker = startWorker(options);
    roster.engage(worker);
    void worker.exited.then(() => roster.leave(worker));
    return worker;
  };
  const take = () => {
    if (closing) throw new Error('The workers are shutting down');
    const idle = roster.freshest();
    if (idle === null && size() >= options.maxWorkers) throw new Error('All workers are busy');
    const worker = idle ?? add();
    roster.engage(worker);
    return worker;
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
        roster.rest(worker);
      }
    },
    warm: (count) => {
      while (size() < Math.min(count, options.maxWorkers)) roster.rest(add());
    },
    pids: () => [...roster.busy(), ...roster.idle()].map(({ pid }) => pid),
    close: async (graceMs) => {
      closing = true;
      const workers = [...roster.busy(), ...roster.idle()];
      for (const worker of roster.idle()) roster.leave(worker);
      await Promise.all(workers.map((worker) => worker.end(graceMs)));
    },
  };
}
