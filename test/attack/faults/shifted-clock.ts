import childProcess, { type ForkOptions } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import workerThreads, { Worker, type WorkerOptions } from 'node:worker_threads';

/*
 * Is loaded before the code of the service (`--import`). Shifts the wall clock of the process, and of all processes and
 * threads that it starts, by the number of ms in a file, which may change at any time. Monotonic clocks and timers do
 * not change.
 */

const intervalMs = 50;
const file = new URL(import.meta.url).searchParams.get('file') ?? '';
const RealDate = globalThis.Date;

let shiftMs = 0;
const readShift = () => {
  shiftMs = Number(readFileSync(file, 'utf8'));
};
readShift();
setInterval(readShift, intervalMs).unref();

const readNow = () => RealDate.now() + shiftMs;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, values, newTarget) =>
    Reflect.construct(target, values.length === 0 ? [readNow()] : values, newTarget),
  get: (target, name) => (name === 'now' ? readNow : Reflect.get(target, name)),
});

const { fork } = childProcess;
/** Starts a child with the same clock. The service always gives arguments and options. */
childProcess.fork = (module: string | URL, args?: readonly string[] | ForkOptions, options?: ForkOptions) =>
  fork(module, Array.isArray(args) ? args : [], {
    ...options,
    execArgv: ['--import', import.meta.url, ...(options?.execArgv ?? [])],
  });
/** Starts a thread with the same clock. */
workerThreads.Worker = class extends Worker {
  constructor(entry: string | URL, options: WorkerOptions = {}) {
    super(entry, { ...options, execArgv: ['--import', import.meta.url, ...(options.execArgv ?? [])] });
  }
};
syncBuiltinESMExports();
