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

/** Fixed values: the region and table of the user's AWS environment must not affect local data. */
export const localRegion = 'us-east-1';
export const localTableName = 'tokenmeter';

/** Variables of the surrounding environment that a worker inherits. Workers see no others. */
const inherited = ['PATH', 'HOME', 'TMPDIR', 'TZ', 'NODE_ENV', 'NODE_EXTRA_CA_CERTS'];

/**
 * Builds the environment of every function on one machine: defaults for a local clock and store, then `overrides`, then
 * addresses. Other names in `overrides` are ignored.
 */
export function buildLocalEnvironment(
  place: LocalPlace,
  overrides: Record<string, string | undefined>,
): Record<string, string> {
  const { port } = place;
  const defaults = {
    LOG_LEVEL: 'warn',
    EGRESS: 'loopback',
    ALLOWED_HOSTS: `127.0.0.1:${port},localhost:${port}`,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    MAX_WORKERS_PER_RUN: String(place.maxWorkers),
    LEASE_MS: '5000',
    RESEND_AFTER_MS: '10000',
    READY_TIMEOUT_MS: '30000',
    // Each kill of the service counts as a failure of its active batches, although the batches are not at fault.
    MAX_BATCH_FAILURES: '20',
    // A local process has no 15-minute limit, so no run has to stop early.
    WORKER_TIME_LIMIT_MS: '86400000',
  };
  const names = [...Object.keys(defaults), ...overridable, ...inherited];
  const chosen = names.flatMap((name) => {
    const value = overrides[name];
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  return {
    ...defaults,
    ...Object.fromEntries(chosen),
    TABLE_NAME: place.tableName,
    AWS_REGION: localRegion,
    DYNAMODB_ENDPOINT: place.dynamodbEndpoint,
    SQS_ENDPOINT: place.sqsEndpoint,
    ...nameQueues(place.queueUrls),
    MASTER_KEY_FILE: place.masterKeyFile,
  };
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
