import { z } from 'zod';

/* The only file that reads the environment. Variables without a default are required or optional. */

const integer = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);

const environmentSchema = z.object({
  TABLE_NAME: z.string().default('tokenmeter'),
  AWS_REGION: z.string().default('us-east-1'),
  /** Endpoints of the embedded store and queues. Unset on AWS. */
  DYNAMODB_ENDPOINT: z.url().optional(),
  SQS_ENDPOINT: z.url().optional(),
  ADVANCE_QUEUE_URL: z.url(),
  BATCH_QUEUE_URL: z.url(),
  FINALIZE_QUEUE_URL: z.url(),
  DELIVER_QUEUE_URL: z.url(),
  /** Region of the table and the other queues, for a worker in another region. */
  HOME_REGION: z.string().optional(),
  /** Batch queues by region, as JSON, for a deployment with workers in several regions. */
  WORKER_QUEUE_URLS: z
    .string()
    .default('{}')
    .transform((text, context) => {
      const parsed = z.record(z.string(), z.url()).safeParse(parseJson(text));
      if (parsed.success) return parsed.data;
      context.addIssue({ code: 'custom', message: 'must be a JSON object that maps regions to queue URLs' });
      return z.NEVER;
    }),
  /** Exactly one of the two seals secrets: a KMS key on AWS, or a file of 32 random bytes on one machine. */
  KMS_KEY_ID: z.string().optional(),
  MASTER_KEY_FILE: z.string().optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** CloudWatch namespace of the metrics. Unset: no metrics. */
  TELEMETRY_NAMESPACE: z.string().optional(),
  /** Allowed addresses of targets and webhooks: `public`, `loopback` (and public), or `any`. */
  EGRESS: z.enum(['public', 'loopback', 'any']).default('public'),
  /** Comma-separated host names of the API. Unset: any, behind a gateway that checks the host. */
  ALLOWED_HOSTS: z.string().optional(),
  /** Start of links in responses and webhooks. */
  PUBLIC_URL: z.url().optional(),
  MAX_STREAMS_PER_WORKER: integer(64, 1, 1_000),
  /** Maximum workers that run at the same time for one run. */
  MAX_WORKERS_PER_RUN: integer(1_000, 1, 10_000),
  MAX_REQUESTS_PER_RUN: integer(1_000_000, 1, 10_000_000),
  MAX_ACTIVE_RUNS_PER_TENANT: integer(20, 1, 10_000),
  MAX_BODY_BYTES: integer(4_194_304, 1_024, 5_242_880),
  RATE_LIMIT_PER_MINUTE: integer(600, 1, 1_000_000),
  HEARTBEAT_MS: integer(1_000, 50, 60_000),
  LEASE_MS: integer(10_000, 200, 600_000),
  /** Time after which the message of a queued batch or an unanswered `finalize` is sent again. */
  RESEND_AFTER_MS: integer(30_000, 200, 3_600_000),
  MAX_BATCH_FAILURES: integer(3, 0, 100),
  /** Maximum time that a ready batch waits for the other batches of its stage. */
  READY_TIMEOUT_MS: integer(60_000, 100, 600_000),
  /** Maximum time of a worker. It starts no request in the final drain time and passes on the rest. */
  WORKER_TIME_LIMIT_MS: integer(900_000, 2_000, 86_400_000),
  BLOCK_FLUSH_MS: integer(2_000, 10, 60_000),
});

/**
 * Parses the environment, by default that of this process.
 * @throws Error that names each invalid variable and its fault
 */
export function loadConfig(environment: Record<string, string | undefined> = process.env) {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The environment is not valid. ${faults.join('; ')}`);
  }
  const env = parsed.data;
  return {
    tableName: env.TABLE_NAME,
    /** Region of the table and of all queues except `workerQueueUrls`. */
    region: env.HOME_REGION ?? env.AWS_REGION,
    /** Region of this process, or null without AWS. */
    workerRegion: env.DYNAMODB_ENDPOINT === undefined ? env.AWS_REGION : null,
    dynamodbEndpoint: env.DYNAMODB_ENDPOINT ?? null,
    sqsEndpoint: env.SQS_ENDPOINT ?? null,
    queueUrls: {
      advance: env.ADVANCE_QUEUE_URL,
      batch: env.BATCH_QUEUE_URL,
      finalize: env.FINALIZE_QUEUE_URL,
      deliver: env.DELIVER_QUEUE_URL,
    },
    /** Queue URLs by region, including that of the deployment. Empty with workers in a single region. */
    workerQueueUrls: env.WORKER_QUEUE_URLS,
    sealing: chooseSealing(env.KMS_KEY_ID, env.MASTER_KEY_FILE),
    logLevel: env.LOG_LEVEL,
    telemetryNamespace: env.TELEMETRY_NAMESPACE ?? null,
    egress: env.EGRESS,
    allowedHosts: env.ALLOWED_HOSTS?.split(',').map((host) => host.trim().toLowerCase()) ?? null,
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

export type Config = ReturnType<typeof loadConfig>;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Sealing = { kind: 'kms'; keyId: string } | { kind: 'file'; path: string };

function chooseSealing(keyId: string | undefined, path: string | undefined): Sealing {
  if (keyId !== undefined && path === undefined) return { kind: 'kms', keyId };
  if (path !== undefined && keyId === undefined) return { kind: 'file', path };
  throw new Error(
    'The environment is not valid. Set exactly one of KMS_KEY_ID (on AWS) and MASTER_KEY_FILE (on one machine)',
  );
}
