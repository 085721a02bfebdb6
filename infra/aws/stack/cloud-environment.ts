import { loadConfig } from '../../../shared/config.ts';
import type { MessageKind } from '../../../shared/records/messages.ts';
import { mapKinds, nameQueues } from '../../message-kinds.ts';
import type { FunctionName } from '../function-names.ts';
import type { Options } from '../options.ts';
import { functionSettings } from './function-settings.ts';

/** Where things are, as CloudFormation will know it. */
export type CloudPlace = {
  tableName: string;
  queueUrls: Record<MessageKind, string>;
  keyArn: string;
  /** How links in webhooks begin; null where none are sent. */
  apiUrl: string | null;
  telemetryNamespace: string;
  /** Queues of batches, by region; empty where the deployment is in one. */
  workerQueueUrls: Record<string, string>;
};

/** An event source starts with five invocations at a time and adds up to this many a minute. */
const startedPerMinute = 300;

/** The environment of a function: what suits this deployment, then its `settings`, then where things are. */
export function cloudEnvironment(name: FunctionName, place: CloudPlace, options: Options): Record<string, string> {
  return {
    ...cloudDefaults(options),
    ...options.settings,
    ...cloudPlaces(place, options),
    // The measuring thread settles the heap before it measures.
    ...(name === 'worker' ? { NODE_OPTIONS: '--expose-gc' } : {}),
  };
}

function cloudDefaults(options: Options): Record<string, string> {
  // All workers of a run must have been started before the first of them gives up waiting for the others.
  const rampMs = Math.ceil(options.maxWorkers / startedPerMinute) * 60_000;
  const readyTimeoutMs = Math.min(600_000, 60_000 + rampMs);
  return {
    EGRESS: 'public',
    MAX_WORKERS_PER_RUN: String(options.maxWorkers),
    READY_TIMEOUT_MS: String(readyTimeoutMs),
    // A message that waits for its worker to be started is not lost, and a report may take a while to make.
    RESEND_AFTER_MS: String(readyTimeoutMs),
    WORKER_TIME_LIMIT_MS: String(functionSettings('worker', options).timeoutSeconds * 1_000),
  };
}

function cloudPlaces(place: CloudPlace, { publicUrl, region, workerRegions }: Options): Record<string, string> {
  const url = publicUrl ?? place.apiUrl;
  const isSpread = workerRegions.length > 0;
  const elsewhere = { HOME_REGION: region, WORKER_QUEUE_URLS: JSON.stringify(place.workerQueueUrls) };
  return {
    TABLE_NAME: place.tableName,
    ...nameQueues(place.queueUrls),
    KMS_KEY_ID: place.keyArn,
    ...(url === null ? {} : { PUBLIC_URL: url }),
    ...(isSpread ? elsewhere : {}),
    TELEMETRY_NAMESPACE: place.telemetryNamespace,
  };
}

/**
 * Refuses settings that a function would refuse at its start, or that are not for a deployment to set.
 * @throws Error that names each
 */
export function checkSettings(options: Options): void {
  const url = 'https://example.com/q';
  const place: CloudPlace = {
    tableName: 'table',
    queueUrls: mapKinds(() => url),
    keyArn: 'key',
    apiUrl: url,
    telemetryNamespace: 'Tokenmeter',
    workerQueueUrls: {},
  };
  const known = [...settableNames, ...Object.keys(cloudDefaults(options))];
  const unknown = Object.keys(options.settings).filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(`The option settings has ${unknown.join(', ')}; it may have ${known.sort().join(', ')}`);
  loadConfig(cloudEnvironment('api', place, options));
}

const settableNames = [
  'LOG_LEVEL',
  'MAX_STREAMS_PER_WORKER',
  'MAX_REQUESTS_PER_RUN',
  'MAX_ACTIVE_RUNS_PER_TENANT',
  'MAX_BODY_BYTES',
  'RATE_LIMIT_PER_MINUTE',
  'HEARTBEAT_MS',
  'LEASE_MS',
  'MAX_BATCH_FAILURES',
  'BLOCK_FLUSH_MS',
];
