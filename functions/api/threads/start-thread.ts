import { Worker } from 'node:worker_threads';
import type { Config } from '../../../shared/config.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { ForwardedRequest, ForwardedResponse } from '../http/api-threads.ts';
import type { FromThread, ToThread } from './messages.ts';

/** Maximum size in MB of a thread's objects. The report of the largest run needs about half of it. */
const maxHeapMb = 1_536;

export type ApiThread = {
  isAlive(): boolean;
  /** Returns the number of requests that wait for their answer. */
  countOpen(): number;
  answer(request: ForwardedRequest): Promise<ForwardedResponse>;
  end(): Promise<void>;
};

/** Starts a thread that answers requests. If the thread fails, its open requests are rejected, and it is not alive. */
export function startThread(entry: URL, config: Config): ApiThread {
  const worker = new Worker(entry, {
    name: 'api',
    workerData: config,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
  });
  // An idle thread must not keep the process running.
  worker.unref();
  const open = new Map<number, PromiseWithResolvers<ForwardedResponse>>();
  let lastId = 0;
  let isAlive = true;
  const fail = (cause: unknown) => {
    isAlive = false;
    for (const { reject } of open.values()) reject(createLostError(cause));
    open.clear();
  };
  worker.on('error', fail);
  worker.on('exit', (code) => fail(new Error(`The thread ended with exit code ${code}`)));
  worker.on('message', (message: FromThread) => {
    const settle = open.get(message.id);
    open.delete(message.id);
    if ('response' in message) settle?.resolve(message.response);
    else settle?.reject(new Error(`The thread failed: ${message.fault}`));
  });
  return {
    isAlive: () => isAlive,
    countOpen: () => open.size,
    answer: (request) => {
      const id = ++lastId;
      const answered = Promise.withResolvers<ForwardedResponse>();
      open.set(id, answered);
      worker.postMessage({ id, request } satisfies ToThread, request.body === null ? [] : [request.body.buffer]);
      return answered.promise;
    },
    end: async () => {
      await worker.terminate();
    },
  };
}

function createLostError(cause: unknown): AppError {
  const detail = 'The service could not finish this request, because its thread ended. Retry.';
  return new AppError('UNAVAILABLE', detail, { retryAfterSeconds: 1, cause });
}
