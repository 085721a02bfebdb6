import { resolve } from 'node:path';
import { z } from 'zod';
import { writeSigningEndpoint } from '../../shared/adapters/store-endpoint.ts';
import { proxySettingNames } from '../../shared/config.ts';
import type { MessageKind } from '../../shared/records/messages.ts';
import { commonSettings } from '../common-settings.ts';
import { nameQueues } from '../message-kinds.ts';

const integer = (fallback: number, min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.coerce.number({ error }).int({ error }).min(min, { error }).max(max, { error }).default(fallback);
};

const settingsSchema = z
  .object({
    /** Maximum number of worker processes of one tenant. A stage's batches (64 streams each) start together, in one each. */
    MAX_LOCAL_WORKERS: integer(16, 1, 256),
    /** Number of worker processes to start before the first batch arrives. */
    WARM_LOCAL_WORKERS: integer(2, 0, 256),
    WORKER_IDLE_MS: integer(60_000, 0, 3_600_000),
    SUPERVISOR_INTERVAL_MS: integer(5_000, 50, 3_600_000),
    /** Time in ms that running handlers and open responses have to finish when the service stops. */
    SHUTDOWN_GRACE_MS: integer(3_000, 0, 900_000),
  })
  .transform((env) => ({
    maxWorkers: env.MAX_LOCAL_WORKERS,
    warmWorkers: env.WARM_LOCAL_WORKERS,
    workerIdleMs: env.WORKER_IDLE_MS,
    supervisorIntervalMs: env.SUPERVISOR_INTERVAL_MS,
    shutdownGraceMs: env.SHUTDOWN_GRACE_MS,
  }));

export type LocalSettings = z.output<typeof settingsSchema>;

/** Loads the settings of the local server. Empty values count as missing. Throws an error for invalid values. */
export function loadLocalSettings(environment: Record<string, string | undefined>): LocalSettings {
  return parse(settingsSchema, environment);
}

const placeSchema = z.object({ DATA_DIR: z.string().default('.data'), PORT: integer(8_787, 0, 65_535) });

/** Loads the data directory and the port for `npm start`. Throws an error that lists each invalid variable. */
export function loadPlace(environment: Record<string, string | undefined>): { dataDir: string; port: number } {
  const env = parse(placeSchema, environment);
  return { dataDir: resolve(env.DATA_DIR), port: env.PORT };
}

function parse<T>(schema: z.ZodType<T>, environment: Record<string, string | undefined>): T {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  // zod reports the same message twice if a value breaks two rules. The set removes the duplicate.
  const faults = new Set(parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`));
  throw new Error([...faults].join('; '));
}

export type LocalPlace = {
  port: number;
  tableName: string;
  dynamodbEndpoint: string;
  sqsEndpoint: string;
  s3Endpoint: string;
  /** Key that signs addresses of objects, in hex. */
  signingKey: string;
  queueUrls: Record<MessageKind, string>;
  masterKeyFile: string;
  maxWorkers: number;
};

/** Region and table name of the local service. They are fixed, so that the user's AWS settings cannot change them. */
export const localRegion = 'us-east-1';
export const localTableName = 'tokenmeter';

/** Names of the only environment variables that worker processes inherit from this process. */
const inherited = [
  ...['PATH', 'HOME', 'TMPDIR', 'TZ', 'NODE_ENV', 'NODE_EXTRA_CA_CERTS', 'UV_THREADPOOL_SIZE'],
  ...proxySettingNames.flatMap((name) => [name, name.toLowerCase()]),
];

/** Variables with AWS credentials. Workers inherit them only if targets may be signed with them. */
const awsCredentialNames = [
  ...['AWS_PROFILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_CONFIG_FILE'],
  ...['AWS_SHARED_CREDENTIALS_FILE', 'AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
];

/**
 * Builds the environment variables for all functions on one machine from defaults, `overrides`, and addresses. Later
 * sources take precedence. Ignores unknown names in `overrides`.
 */
export function buildLocalEnvironment(
  place: LocalPlace,
  overrides: Record<string, string | undefined>,
): Record<string, string> {
  const { port } = place;
  const defaults = {
    LOG_LEVEL: 'warn',
    EGRESS: 'loopback',
    // The simulated provider listens on this port. Runs must not reach other servers on this machine.
    LOOPBACK_PORTS: '8788',
    ALLOWED_HOSTS: `127.0.0.1:${port},localhost:${port}`,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    MAX_WORKERS_PER_RUN: String(place.maxWorkers),
    MAX_WORKERS_PER_TENANT: String(place.maxWorkers),
    MAX_WAIT_SECONDS: '60',
    LEASE_MS: '5000',
    RESEND_AFTER_MS: '10000',
    READY_TIMEOUT_MS: '30000',
    // This number is high, because each kill of the service counts as a failure of every active batch.
    MAX_BATCH_FAILURES: '20',
    // 24 hours, in ms. The limit of 15 minutes exists only on Lambda.
    WORKER_TIME_LIMIT_MS: '86400000',
  };
  const signs = Boolean(overrides['WORKER_ROLE_TENANTS'] || overrides['ASSUMABLE_ROLES']);
  const aws = signs ? awsCredentialNames : [];
  const names = [...Object.keys(defaults), ...commonSettings, ...inherited, ...aws];
  const chosen = names.flatMap((name) => {
    const value = overrides[name];
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  const settings = { ...defaults, ...Object.fromEntries(chosen) };
  return {
    ...settings,
    TABLE_NAME: place.tableName,
    BUCKET_NAME: place.tableName,
    AWS_REGION: localRegion,
    DYNAMODB_ENDPOINT: place.dynamodbEndpoint,
    SQS_ENDPOINT: place.sqsEndpoint,
    S3_ENDPOINT: place.s3Endpoint,
    S3_PUBLIC_ENDPOINT: writeSigningEndpoint(settings.PUBLIC_URL, place.signingKey),
    ...nameQueues(place.queueUrls),
    MASTER_KEY_FILE: place.masterKeyFile,
  };
}
