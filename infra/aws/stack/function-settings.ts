import type { FunctionName } from '../function-names.ts';
import type { Options } from '../options.ts';

export type FunctionSettings = { timeoutSeconds: number; memoryMb: number };

/** How long an invocation may last, and the memory, which brings a share of CPU with it (1,769 MB: one vCPU). */
export function functionSettings(name: FunctionName, options: Options): FunctionSettings {
  return { timeoutSeconds: timeoutsSeconds[name], memoryMb: options[`${name}MemoryMb`] };
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
