import { apiSeconds, lambdaLimits } from '../../../shared/lambda-limits.ts';
import type { ObjectFolder } from '../../../shared/object-store.ts';
import type { MessageKind } from '../../../shared/records/messages.ts';
import type { SecretKind } from '../../../shared/secrets/secret-kinds.ts';
import { addSpareWorkers } from '../../spare-workers.ts';
import type { Options } from '../options.ts';

/** Lambda functions of a deployment. Each function has a folder in `functions/` and a bundle. */
export const functionNames = ['api', 'coordinator', 'worker', 'finalizer', 'notifier', 'supervisor'] as const;

export type FunctionName = (typeof functionNames)[number];

/** Returns a function's limits. Memory also determines the CPU share: 1,769 MB correspond to one vCPU. */
export function getFunctionSettings(name: FunctionName, options: Options) {
  return {
    timeoutSeconds: timeoutsSeconds[name],
    memoryMb: options[`${name}MemoryMb`],
    recursiveLoop: recurring.includes(name) ? ('Allow' as const) : ('Terminate' as const),
  };
}

/**
 * Functions that may be invoked more than about 16 times in one chain, which Lambda otherwise ends. A chain of the
 * coordinator is as long as a run has groups of stages (`planRun`), and a chain of workers as long as a batch has
 * attempts (`countMostAttempts`).
 */
const recurring: readonly FunctionName[] = ['coordinator', 'worker'];

const timeoutsSeconds: Record<FunctionName, number> = {
  api: apiSeconds,
  // Enough time to create up to 1,000 batches. Each batch takes one write and one message.
  coordinator: 180,
  worker: lambdaLimits.invocationSeconds,
  // Sixty times the measured time of a report of a million requests.
  finalizer: 600,
  // A webhook request may take 20 s.
  notifier: 60,
  supervisor: 60,
};

/** Maximum number of concurrent invocations for a queue of dead letters. They are rare, and AWS allows no less. */
export const deadLetterConcurrency = 2;
/** Concurrent requests of the API, most of which wait for the end of a run. */
const apiConcurrency = 100;
/** The supervisor runs once a minute, for at most a minute. */
const supervisorConcurrency = 2;

/**
 * Returns the concurrency that the account reserves for a function, or null. Without it, the workers of large runs could
 * use up the concurrency of the account, and nobody could cancel a run.
 */
export function getReservedConcurrency(name: FunctionName, options: Options): number | null {
  // Provisioned pollers do not limit concurrency, so the function itself needs a limit.
  if (name === 'worker') return options.provisionedPollers === null ? null : addSpareWorkers(options.maxWorkers);
  if (!options.reserveConcurrency) return null;
  if (name === 'api') return apiConcurrency;
  if (name === 'supervisor') return supervisorConcurrency;
  const deadLetters = Object.keys(fixedSettings).length * deadLetterConcurrency;
  return name === 'coordinator' ? getQueueSettings('advance', options).maxConcurrency + deadLetters : null;
}

export type QueueSettings = {
  /** Function that handles the messages. The coordinator handles the dead letters of all queues. */
  handledBy: FunctionName;
  batchSize: number;
  maxConcurrency: number;
  /** Number of times that SQS delivers a message before it moves the message to the dead-letter queue. */
  maxReceiveCount: number;
  visibilityTimeoutSeconds: number;
};

/** Time in seconds that a message stays hidden after the longest invocation of its handler. */
const visibilityMarginSeconds = 30;

/**
 * Returns the visibility timeout of messages for a function: the longest time that it can handle a message. AWS
 * recommends six times as much, because a throttled event source holds messages. A second copy does no harm here.
 */
export function getVisibilityTimeoutSeconds(name: FunctionName): number {
  return timeoutsSeconds[name] + visibilityMarginSeconds;
}

/** Returns the settings of a queue. */
export function getQueueSettings(kind: MessageKind, options: Options): QueueSettings {
  const settings = {
    ...fixedSettings[kind],
    maxConcurrency: fixedSettings[kind].maxConcurrency ?? addSpareWorkers(options.maxWorkers),
  };
  return { ...settings, visibilityTimeoutSeconds: getVisibilityTimeoutSeconds(settings.handledBy) };
}

type FixedSettings = Omit<QueueSettings, 'maxConcurrency' | 'visibilityTimeoutSeconds'> & {
  maxConcurrency: number | null;
};

const fixedSettings: Record<MessageKind, FixedSettings> = {
  advance: { handledBy: 'coordinator', batchSize: 10, maxConcurrency: 20, maxReceiveCount: 5 },
  // If `maxConcurrency` is null, the limit is the number of workers of one tenant, and spare ones for the others.
  batch: { handledBy: 'worker', batchSize: 1, maxConcurrency: null, maxReceiveCount: 5 },
  finalize: { handledBy: 'finalizer', batchSize: 1, maxConcurrency: 5, maxReceiveCount: 5 },
  // Each invocation gets one message, so that a slow webhook receiver does not delay other deliveries.
  deliver: { handledBy: 'notifier', batchSize: 1, maxConcurrency: 100, maxReceiveCount: 5 },
};

/** An S3 action and the folder of the bucket whose objects it may use, or the right to list the bucket. */
export type ObjectPermission = `${'DeleteObject' | 'GetObject' | 'PutObject'} ${ObjectFolder}` | 'ListBucket';

type FunctionPermissions = {
  /** DynamoDB actions that the function may call on the table. */
  table: readonly string[];
  indexes: readonly string[];
  send: readonly MessageKind[];
  /** Queues whose attributes the function may read. */
  inspect: readonly MessageKind[];
  /** Secrets that the function may encrypt. */
  seal: readonly SecretKind[];
  /** Secrets that the function may decrypt. */
  open: readonly SecretKind[];
  objects: readonly ObjectPermission[];
};

const none = { indexes: [], send: [], inspect: [], seal: [], open: [], objects: [] };

/**
 * Permissions of each function, except those for receiving messages, logging, and tracing. A test runs the whole
 * pipeline, records all AWS calls, and checks that these calls need exactly these permissions.
 */
export const functionPermissions: Record<FunctionName, FunctionPermissions> = {
  api: {
    table: ['BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
    indexes: ['gsi1', 'gsi2'],
    send: ['advance', 'batch', 'deliver', 'finalize'],
    inspect: ['advance', 'batch', 'deliver', 'finalize'],
    seal: ['credential', 'idempotentResponse', 'targetCheck', 'webhook'],
    open: ['credential', 'idempotentResponse', 'webhook'],
    objects: ['GetObject runs'],
  },
  coordinator: {
    ...none,
    table: ['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
    indexes: ['gsi1'],
    send: ['advance', 'batch', 'deliver', 'finalize'],
  },
  worker: {
    ...none,
    table: ['BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
    send: ['advance', 'batch'],
    open: ['credential', 'targetCheck'],
  },
  finalizer: {
    ...none,
    table: ['BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
    indexes: ['gsi1'],
    send: ['deliver', 'finalize'],
    objects: ['DeleteObject answers', 'DeleteObject runs', 'GetObject runs', 'ListBucket', 'PutObject runs'],
  },
  notifier: {
    ...none,
    table: ['BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem'],
    indexes: ['gsi1', 'gsi2'],
    send: ['deliver'],
    open: ['webhook'],
  },
  supervisor: {
    ...none,
    table: ['BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'],
    // The first run of a tenant counts the stored runs in gsi1.
    indexes: ['gsi1', 'gsi2'],
    send: ['advance', 'deliver', 'finalize'],
    // Runs that a schedule starts have webhook secrets of their own.
    seal: ['webhook'],
  },
};
