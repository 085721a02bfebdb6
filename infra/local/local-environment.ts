import type { MessageKind } from '../../shared/records/messages.ts';
import { nameQueues } from '../message-kinds.ts';

export type LocalPlace = {
  port: number;
  tableName: string;
  dynamodbEndpoint: string;
  sqsEndpoint: string;
  queueUrls: Record<MessageKind, string>;
  masterKeyFile: string;
  maxWorkers: number;
};

/** Fixed, whatever the shell says: a region or a table of somebody's AWS account must not decide where local data is. */
export const localRegion = 'us-east-1';
export const localTableName = 'tokenmeter';

/** What a worker needs of the surrounding environment; nothing else of it is for a worker to know. */
const inherited = ['PATH', 'HOME', 'TMPDIR', 'TZ', 'NODE_ENV', 'NODE_EXTRA_CA_CERTS'];

/**
 * The environment of every function on one machine: defaults that suit a machine whose clock and store are near, then
 * `overrides`, then where things are. Names that `overrides` has beyond these are left out.
 */
export function localEnvironment(
  place: LocalPlace,
  overrides: Record<string, string | undefined>,
): Record<string, string> {
  const defaults = localDefaults(place);
  const names = [...Object.keys(defaults), ...overridable, ...inherited];
  const chosen = names.flatMap((name) => {
    const value = overrides[name];
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  return { ...defaults, ...Object.fromEntries(chosen), ...localPlaces(place) };
}

const overridable = [
  'MAX_STREAMS_PER_WORKER',
  'MAX_REQUESTS_PER_RUN',
  'MAX_ACTIVE_RUNS_PER_TENANT',
  'MAX_BODY_BYTES',
  'RATE_LIMIT_PER_MINUTE',
  'HEARTBEAT_MS',
  'BLOCK_FLUSH_MS',
];

function localDefaults({ port, maxWorkers }: LocalPlace): Record<string, string> {
  return {
    LOG_LEVEL: 'warn',
    EGRESS: 'loopback',
    ALLOWED_HOSTS: `127.0.0.1:${port},localhost:${port}`,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    MAX_WORKERS_PER_RUN: String(maxWorkers),
    LEASE_MS: '5000',
    RESEND_AFTER_MS: '10000',
    READY_TIMEOUT_MS: '30000',
    // Each kill of the whole service counts as one, and says nothing against the batch.
    MAX_BATCH_FAILURES: '20',
    // Nothing ends a process here after a quarter of an hour, as it does on AWS: a run need not be broken off for it.
    WORKER_TIME_LIMIT_MS: '86400000',
  };
}

function localPlaces(place: LocalPlace): Record<string, string> {
  return {
    TABLE_NAME: place.tableName,
    AWS_REGION: localRegion,
    DYNAMODB_ENDPOINT: place.dynamodbEndpoint,
    SQS_ENDPOINT: place.sqsEndpoint,
    ...nameQueues(place.queueUrls),
    MASTER_KEY_FILE: place.masterKeyFile,
  };
}
