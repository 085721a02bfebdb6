import type { MessageKind } from '../../../shared/records/messages.ts';
import type { FunctionName } from '../function-names.ts';
import type { Options } from '../options.ts';
import { functionSettings } from './function-settings.ts';

export type QueueSettings = {
  /** Handles the messages; the dead letters of every queue are the coordinator's. */
  handledBy: FunctionName;
  /** Most records in one invocation. */
  batchSize: number;
  /** Most invocations at one time. */
  maxConcurrency: number;
  /** After so many receipts without success a message becomes a dead letter. */
  maxReceiveCount: number;
  visibilityTimeoutSeconds: number;
};

/**
 * One queue per kind of message. A message stays hidden for six times as long as its handler may take, as AWS advises:
 * the event source holds messages back while invocations are throttled. Nothing waits for one to come back: what is lost
 * is sent anew by `advanceRun` and the supervisor.
 */
export function queueSettings(kind: MessageKind, options: Options): QueueSettings {
  const settings = { ...fixed[kind], maxConcurrency: fixed[kind].maxConcurrency ?? options.maxWorkers };
  const { timeoutSeconds } = functionSettings(settings.handledBy, options);
  return { ...settings, visibilityTimeoutSeconds: 6 * timeoutSeconds };
}

type Fixed = Pick<QueueSettings, 'handledBy' | 'batchSize' | 'maxReceiveCount'> & { maxConcurrency: number | null };

const fixed: Record<MessageKind, Fixed> = {
  advance: { handledBy: 'coordinator', batchSize: 10, maxConcurrency: 20, maxReceiveCount: 5 },
  // As many as the stage may have workers.
  batch: { handledBy: 'worker', batchSize: 1, maxConcurrency: null, maxReceiveCount: 5 },
  finalize: { handledBy: 'finalizer', batchSize: 1, maxConcurrency: 5, maxReceiveCount: 5 },
  // One each, so that an endpoint that hangs holds up nobody else's delivery.
  deliver: { handledBy: 'notifier', batchSize: 1, maxConcurrency: 20, maxReceiveCount: 5 },
};
