import type { FunctionName } from '../function-names.ts';
import type { Options } from '../options.ts';

export type FunctionSettings = { timeoutSeconds: number; memoryMb: number };

/** How long an invocation may last, and the memory, which brings a share of CPU with it (1,769 MB: one vCPU). */
export function functionSettings(name: FunctionName, options: Options): FunctionSettings {
  return { timeoutSeconds: timeoutsSeconds[name], memoryMb: memoryMbOf(name, options) };
}

const timeoutsSeconds: Record<FunctionName, number> = {
  // An HTTP API waits no longer than 30 s; `Prefer: wait` is held for less.
  api: 29,
  // Opens up to a thousand batches, one write and one message each.
  coordinator: 180,
  worker: 900,
  finalizer: 900,
  // A webhook may take 20 s.
  notifier: 60,
  supervisor: 60,
};

function memoryMbOf(name: FunctionName, options: Options): number {
  return {
    api: options.apiMemoryMb,
    coordinator: options.coordinatorMemoryMb,
    worker: options.workerMemoryMb,
    finalizer: options.finalizerMemoryMb,
    notifier: options.notifierMemoryMb,
    supervisor: options.supervisorMemoryMb,
  }[name];
}
