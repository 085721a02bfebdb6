import { z } from 'zod';

/* The only reader of environment names. Each has a default that is right on one machine, or says that it must be set. */

const integer = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);

const environmentSchema = z.object({
  TABLE_NAME: z.string().default('tokenmeter'),
  AWS_REGION: z.string().default('us-east-1'),
  /** Embedded store and queues; unset on AWS. */
  DYNAMODB_ENDPOINT: z.url().optional(),
  SQS_ENDPOINT: z.url().optional(),
  ADVANCE_QUEUE_URL: z.url(),
  BATCH_QUEUE_URL: z.url(),
  FINALIZE_QUEUE_URL: z.url(),
  DELIVER_QUEUE_URL: z.url(),
  /** Where the table and the other queues are, for a worker in another region. */
  HOME_REGION: z.string().optional(),
  /** Queues of batches by region, as JSON, where a deployment has workers in several. */
  WORKER_QUEUE_URLS: z
    .string()
    .default('{}')
    .transform((text, context) => {
      const parsed = z.record(z.string(), z.url()).safeParse(parseJson(text));
      if (parsed.success) return parsed.data;
      context.addIssue({ code: 'custom', message: 'is not a JSON object of region and queue URL' });
      return z.NEVER;
    }),
  /** Exactly one of the two seals secrets: a KMS key on AWS, a file of 32 random bytes on one machine. */
  KMS_KEY_ID: z.string().optional(),
  MASTER_KEY_FILE: z.string().optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** Where metrics go in CloudWatch; unset: none are written. */
  TELEMETRY_NAMESPACE: z.string().optional(),
  /** Which addresses targets and webhooks may have: `public`, or `loopback` too, or `any`. */
  EGRESS: z.enum(['public', 'loopback', 'any']).default('public'),
  /** Host names the API answers to, comma-separated; unset: any (behind a gateway that checks). */
  ALLOWED_HOSTS: z.string().optional(),
  /** How links in answers and webhooks start. */
  PUBLIC_URL: z.url().optional(),
  MAX_STREAMS_PER_WORKER: integer(64, 1, 1_000),
  /** Workers that may run at one time for one run. */
  MAX_WORKERS_PER_RUN: integer(1_000, 1, 10_000),
  MAX_REQUESTS_PER_RUN: integer(1_000_000, 1, 10_000_000),
  MAX_ACTIVE_RUNS_PER_TENANT: integer(20, 1, 10_000),
  MAX_BODY_BYTES: integer(4_194_304, 1_024, 5_242_880),
  RATE_LIMIT_PER_MINUTE: integer(600, 1, 1_000_000),
  HEARTBEAT_MS: integer(1_000, 50, 60_000),
  LEASE_MS: integer(10_000, 200, 600_000),
  /** How long a queued batch, or an unanswered `finalize`, waits before its message is sent again. */
  RESEND_AFTER_MS: integer(30_000, 200, 3_600_000),
  MAX_BATCH_FAILURES: integer(3, 0, 100),
  /** How long a batch that is ready waits for the others of its stage. */
  READY_TIMEOUT_MS: integer(60_000, 100, 600_000),
  /** A worker starts no request, and hands the rest on, when less than the drain time is left of this. */
  WORKER_TIME_LIMIT_MS: integer(900_000, 2_000, 86_400_000),
  BLOCK_FLUSH_MS: integer(2_000, 10, 60_000),
});

export type Config = {
  tableName: string;
  /** Of the table and of all queues but those of `workerQueueUrls`. */
  region: string;
  /** Where this process runs; null on a machine of one's own. */
  workerRegion: string | null;
  dynamodbEndpoint: string | null;
  sqsEndpoint: string | null;
  queueUrls: { advance: string; batch: string; finalize: string; deliver: string };
  /** By region, the deployment's own among them; empty where all workers are in one place. */
  workerQueueUrls: Record<string, string>;
  sealing: { kind: 'kms'; keyId: string } | { kind: 'file'; path: string };
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  telemetryNamespace: string | null;
  egress: 'public' | 'loopback' | 'any';
  allowedHosts: string[] | null;
  publicUrl: string | null;
  maxStreamsPerWorker: number;
  maxWorkersPerRun: number;
  maxRequestsPerRun: number;
  maxActiveRunsPerTenant: number;
  maxBodyBytes: number;
  rateLimitPerMinute: number;
  heartbeatMs: number;
  leaseMs: number;
  resendAfterMs: number;
  maxBatchFailures: number;
  readyTimeoutMs: number;
  workerTimeLimitMs: number;
  blockFlushMs: number;
};

/**
 * Parses the environment (by default this process's own), naming every fault at once.
 * @throws Error that names each variable and what is wrong with it, before anything is served
 */
export function loadConfig(environment: Record<string, string | undefined> = process.env): Config {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The environment is not valid. ${faults.join('; ')}`);
  }
  const env = parsed.data;
  return {
    tableName: env.TABLE_NAME,
    region: env.HOME_REGION ?? env.AWS_REGION,
    workerRegion: env.DYNAMODB_ENDPOINT === undefined ? env.AWS_REGION : null,
    dynamodbEndpoint: env.DYNAMODB_ENDPOINT ?? null,
    sqsEndpoint: env.SQS_ENDPOINT ?? null,
    queueUrls: {
      advance: env.ADVANCE_QUEUE_URL,
      batch: env.BATCH_QUEUE_URL,
      finalize: env.FINALIZE_QUEUE_URL,
      deliver: env.DELIVER_QUEUE_URL,
    },
    workerQueueUrls: env.WORKER_QUEUE_URLS,
    sealing: sealingOf(env.KMS_KEY_ID, env.MASTER_KEY_FILE),
    logLevel: env.LOG_LEVEL,
    telemetryNamespace: env.TELEMETRY_NAMESPACE ?? null,
    egress: env.EGRESS,
    allowedHosts:
      env.ALLOWED_HOSTS === undefined ? null : env.ALLOWED_HOSTS.split(',').map((host) => host.trim().toLowerCase()),
    publicUrl: env.PUBLIC_URL ?? null,
    maxStreamsPerWorker: env.MAX_STREAMS_PER_WORKER,
    maxWorkersPerRun: env.MAX_WORKERS_PER_RUN,
    maxRequestsPerRun: env.MAX_REQUESTS_PER_RUN,
    maxActiveRunsPerTenant: env.MAX_ACTIVE_RUNS_PER_TENANT,
    maxBodyBytes: env.MAX_BODY_BYTES,
    rateLimitPerMinute: env.RATE_LIMIT_PER_MINUTE,
    heartbeatMs: env.HEARTBEAT_MS,
    leaseMs: env.LEASE_MS,
    resendAfterMs: env.RESEND_AFTER_MS,
    maxBatchFailures: env.MAX_BATCH_FAILURES,
    readyTimeoutMs: env.READY_TIMEOUT_MS,
    workerTimeLimitMs: env.WORKER_TIME_LIMIT_MS,
    blockFlushMs: env.BLOCK_FLUSH_MS,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sealingOf(keyId: string | undefined, path: string | undefined): Config['sealing'] {
  if (keyId !== undefined && path === undefined) return { kind: 'kms', keyId };
  if (path !== undefined && keyId === undefined) return { kind: 'file', path };
  throw new Error(
    'The environment is not valid. Set exactly one of KMS_KEY_ID (on AWS) and MASTER_KEY_FILE (on one machine)',
  );
}
