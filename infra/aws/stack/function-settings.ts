import type { MessageKind } from '../../../shared/records/messages.ts';
import type { Options } from '../options.ts';

/** Functions of a deployment. Each is a folder of `functions/` and a bundle. */
export const functionNames = ['api', 'coordinator', 'worker', 'finalizer', 'notifier', 'supervisor'] as const;

export type FunctionName = (typeof functionNames)[number];

/** Memory also determines the CPU share (1,769 MB: one vCPU). */
export type FunctionSettings = { timeoutSeconds: number; memoryMb: number };

export function getFunctionSettings(name: FunctionName, options: Options): FunctionSettings {
  return { timeoutSeconds: timeoutsSeconds[name], memoryMb: options[`${name}MemoryMb`] };
}

const timeoutsSeconds: Record<FunctionName, number> = {
  // The HTTP API allows 30 s. `Prefer: wait` takes less.
  api: 29,
  // Opens up to a thousand batches, each with one write and one message.
  coordinator: 180,
  worker: 900,
  finalizer: 900,
  // A webhook may take 20 s.
  notifier: 60,
  supervisor: 60,
};

export type QueueSettings = {
  /** Handles the messages. The coordinator handles the dead letters of every queue. */
  handledBy: FunctionName;
  /** Maximum records per invocation. */
  batchSize: number;
  /** Maximum concurrent invocations. */
  maxConcurrency: number;
  /** Number of failed receives after which a message becomes a dead letter. */
  maxReceiveCount: number;
  visibilityTimeoutSeconds: number;
};

/**
 * Returns the settings of a queue. The visibility timeout is six times the handler's timeout, as AWS recommends, because the
 * event source holds messages while invocations are throttled. No run waits for a redelivery: lost messages are resent.
 */
export function getQueueSettings(kind: MessageKind, options: Options): QueueSettings {
  const settings = { ...fixedSettings[kind], maxConcurrency: fixedSettings[kind].maxConcurrency ?? options.maxWorkers };
  const { timeoutSeconds } = getFunctionSettings(settings.handledBy, options);
  return { ...settings, visibilityTimeoutSeconds: 6 * timeoutSeconds };
}

type FixedSettings = Omit<QueueSettings, 'maxConcurrency' | 'visibilityTimeoutSeconds'> & {
  maxConcurrency: number | null;
};

const fixedSettings: Record<MessageKind, FixedSettings> = {
  advance: { handledBy: 'coordinator', batchSize: 10, maxConcurrency: 20, maxReceiveCount: 5 },
  // The maximum number of workers of the stage.
  batch: { handledBy: 'worker', batchSize: 1, maxConcurrency: null, maxReceiveCount: 5 },
  finalize: { handledBy: 'finalizer', batchSize: 1, maxConcurrency: 5, maxReceiveCount: 5 },
  // One delivery per invocation, so that a slow receiver delays no others.
  deliver: { handledBy: 'notifier', batchSize: 1, maxConcurrency: 20, maxReceiveCount: 5 },
};
