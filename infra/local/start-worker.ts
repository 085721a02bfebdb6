import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Logger } from '../../shared/ports.ts';
import { type PoolMessage, type WorkerMessage, workerMessageSchema } from './worker-protocol.ts';

export type WorkerOptions = {
  /** Path of the module that the process runs. */
  entry: string;
  environment: Record<string, string>;
  /** What `getRemainingTimeInMillis` counts down from; a handler that outlives it is killed, as Lambda does. */
  timeLimitMs: number;
  logger: Logger;
};

export type Worker = {
  pid: number;
  exited: Promise<void>;
  isAlive(): boolean;
  /** One at a time. */
  invoke(event: SQSEvent): Promise<SQSBatchResponse | undefined>;
  /** Ends a worker that has no work. */
  dismiss(): void;
  /** Tells the running invocation that its time is nearly over, and ends the process: after the grace by force. */
  end(graceMs: number): Promise<void>;
};

type Pending = {
  invocation: number;
  resolve(response: SQSBatchResponse | undefined): void;
  reject(error: Error): void;
};

/** Starts a process that answers invocations; see `answer-invocations.ts` for its side. */
export function startWorker(options: WorkerOptions): Worker {
  // No flags of the parent's: a debugger's port or a test runner's loader is not for the child.
  const child = fork(options.entry, [], {
    env: options.environment,
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  passOutputOn(child, options.logger);
  let pending: Pending | null = null;
  let current: Promise<unknown> = Promise.resolve();
  let invocations = 0;

  const exited = new Promise<void>((resolve) => {
    const ended = (reason: string) => {
      pending?.reject(new Error(`The worker ended: ${reason}`));
      resolve();
    };
    child.once('exit', (code, signal) => ended(signal ?? `exit code ${code}`));
    child.once('error', (error) => ended(error.message));
  });
  child.on('message', (raw) => {
    const message = workerMessageSchema.parse(raw);
    if (message.say !== 'ready' && pending?.invocation === message.invocation) settle(pending, message);
  });

  const invoke = (event: SQSEvent) =>
    new Promise<SQSBatchResponse | undefined>((resolve, reject) => {
      pending = { invocation: ++invocations, resolve, reject };
      const deadlineAtMs = Date.now() + options.timeLimitMs;
      tell(child, { say: 'invoke', invocation: invocations, event, deadlineAtMs }, reject);
    });

  return {
    pid: child.pid ?? -1,
    exited,
    isAlive: () => child.connected && child.exitCode === null && child.signalCode === null,
    invoke: (event) => {
      const overdue = setTimeout(() => child.kill('SIGKILL'), options.timeLimitMs);
      const invocation = invoke(event).finally(() => clearTimeout(overdue));
      current = invocation.catch(() => undefined);
      return invocation;
    },
    dismiss: () => disconnect(child),
    end: async (graceMs) => {
      const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
      tell(child, { say: 'drain', deadlineAtMs: Date.now() + graceMs }, () => undefined);
      await current;
      disconnect(child);
      await exited;
      clearTimeout(force);
    },
  };
}

function settle({ resolve, reject }: Pending, message: Exclude<WorkerMessage, { say: 'ready' }>): void {
  if (message.say === 'result') resolve(message.response);
  else reject(Object.assign(new Error(message.message), { stack: message.stack }));
}

function tell(child: ChildProcess, message: PoolMessage, onFailure: (error: Error) => void): void {
  child.send(message, (error) => {
    if (error !== null) onFailure(error);
  });
}

/** The worker ends itself when its channel closes. */
function disconnect(child: ChildProcess): void {
  if (child.connected) child.disconnect();
}

/** The worker's own log lines go out as they are; anything else it writes (a crash, say) becomes a log line. */
function passOutputOn(child: ChildProcess, logger: Logger): void {
  const workerLogger = logger.child({ workerPid: child.pid });
  const pass = (stream: Readable | null) => {
    if (stream === null) return;
    createInterface({ input: stream }).on('line', (line) => {
      if (line.startsWith('{')) process.stdout.write(`${line}\n`);
      else if (line !== '') workerLogger.warn('a worker wrote', { line });
    });
  };
  pass(child.stdout);
  pass(child.stderr);
}
