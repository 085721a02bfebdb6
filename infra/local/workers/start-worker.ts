import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Logger } from '../../../shared/ports.ts';
import { compiledCodeDir } from '../keep-compiled-code.ts';
import { type PoolMessage, type WorkerMessage, workerMessageSchema } from './answer-invocations.ts';

export type WorkerOptions = {
  /** Path of the module that the worker process runs. */
  entry: string;
  environment: Record<string, string>;
  /** Time in ms after which the process of a running handler is killed. Start value of `getRemainingTimeInMillis`. */
  timeLimitMs: number;
  /** Time in ms after which a process is killed that lost the lease of its batch, unless its invocation has ended. */
  lostLeaseGraceMs: number;
  logger: Logger;
};

export type Worker = {
  pid: number;
  exited: Promise<void>;
  isAlive(): boolean;
  /** Handles one event in the worker process. Only one invocation may run at a time. */
  invoke(event: SQSEvent): Promise<SQSBatchResponse | undefined>;
  /** Ends a worker process that is idle. */
  dismiss(): void;
  /** Ends the process when its invocation has ended, or kills it after `graceMs` (in ms) at the latest. */
  end(graceMs: number): Promise<void>;
};

type Pending = {
  invocation: number;
  resolve(response: SQSBatchResponse | undefined): void;
  reject(error: Error): void;
};

/** Maximum time in ms for loading a worker process. As on Lambda, loading does not count toward the handler's limit. */
const loadLimitMs = 60_000;

/** Starts a worker process that handles invocations. `answer-invocations.ts` is the code that runs in the process. */
export function startWorker(options: WorkerOptions): Worker {
  const child = forkWorker(options);
  let pending: Pending | null = null;
  let current: Promise<unknown> = Promise.resolve();
  let invocations = 0;

  const exit = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    child.once('error', (error) => resolve(error.message));
  });
  const lease = watchLease(options.lostLeaseGraceMs, () => {
    options.logger.warn('worker killed, because it lost its lease and did not end', { workerPid: child.pid });
    child.kill('SIGKILL');
  });
  const exited = exit.then((reason) => {
    lease.update(null);
    pending?.reject(new WorkerLostError(reason));
  });
  const loaded = Promise.withResolvers<null>();
  child.on('message', (raw) => {
    const message = workerMessageSchema.parse(raw);
    if (message.say === 'ready') loaded.resolve(null);
    else if (message.say === 'lease') lease.update(message.remainingMs);
    else if (pending?.invocation === message.invocation) {
      lease.update(null);
      settle(pending, message);
    }
  });
  const within = <T>(limitMs: number, work: Promise<T>): Promise<T> => {
    const overdue = setTimeout(() => child.kill('SIGKILL'), limitMs);
    return work.finally(() => clearTimeout(overdue));
  };
  const invoke = async (event: SQSEvent) => {
    const gone = await within(loadLimitMs, Promise.race([loaded.promise, exit]));
    if (gone !== null) throw new WorkerLostError(gone);
    const { promise, resolve, reject } = Promise.withResolvers<SQSBatchResponse | undefined>();
    pending = { invocation: ++invocations, resolve, reject };
    const deadlineAtMs = Date.now() + options.timeLimitMs;
    tell(child, { say: 'invoke', invocation: invocations, event, deadlineAtMs }, reject);
    return within(options.timeLimitMs, promise);
  };

  return {
    pid: child.pid ?? -1,
    exited,
    isAlive: () => child.connected && child.exitCode === null && child.signalCode === null,
    invoke: (event) => {
      const invocation = invoke(event);
      current = invocation.catch(() => undefined);
      return invocation;
    },
    dismiss: () => disconnect(child),
    end: async (graceMs) => {
      const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await current;
      disconnect(child);
      await exited;
      clearTimeout(force);
    },
  };
}

/**
 * Calls `onLost` when a lease has been lost for `graceMs` (in ms). The grace is measured after the end of the lease: a
 * pause of the whole machine ends the lease too, and then the worker must have time to renew it.
 */
function watchLease(graceMs: number, onLost: () => void) {
  let timer: NodeJS.Timeout | undefined;
  return {
    /** @param remainingMs time in ms until the lease ends, or null without a lease */
    update: (remainingMs: number | null) => {
      clearTimeout(timer);
      if (remainingMs === null) return;
      timer = setTimeout(() => {
        timer = setTimeout(onLost, graceMs);
      }, remainingMs);
    },
  };
}

function forkWorker({ entry, environment, logger }: WorkerOptions): ChildProcess {
  const child = fork(entry, [], {
    env: { NODE_COMPILE_CACHE: compiledCodeDir, ...environment },
    // Lets the measuring thread collect garbage before it measures. The process inherits no flags of its parent.
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  forwardOutput(child, logger);
  return child;
}

/** Error of an invocation whose worker process crashed or was killed. */
export class WorkerLostError extends Error {
  constructor(reason: string) {
    super(`The worker process ended: ${reason}`);
    this.name = 'WorkerLostError';
  }
}

function settle({ resolve, reject }: Pending, message: Extract<WorkerMessage, { invocation: number }>): void {
  if (message.say === 'result') resolve(message.response);
  else reject(Object.assign(new Error(message.message), { stack: message.stack }));
}

function tell(child: ChildProcess, message: PoolMessage, onFailure: (error: Error) => void): void {
  child.send(message, (error) => {
    if (error !== null) onFailure(error);
  });
}

/** Closes the IPC channel to a worker process. The process then ends itself. */
function disconnect(child: ChildProcess): void {
  if (child.connected) child.disconnect();
}

/** Forwards the worker's log lines unchanged. Other output, such as a crash message, is wrapped in a log line. */
function forwardOutput(child: ChildProcess, logger: Logger): void {
  const workerLogger = logger.child({ workerPid: child.pid });
  for (const input of [child.stdout, child.stderr])
    if (input !== null)
      createInterface({ input }).on('line', (line) => {
        if (line.startsWith('{')) process.stdout.write(`${line}\n`);
        else if (line !== '') workerLogger.warn('output of a worker', { line });
      });
}
