import { z } from 'zod';
import { isIssuer } from './is-issuer.ts';
import { isPrivateRange } from './private-ranges.ts';
import { type Quotas, quotaNames, quotas } from './quotas.ts';
import { defaultMaxResponseBytes } from './response-limit.ts';
import { chooseSealing } from './secrets/choose-sealing.ts';

/* This is the only file that reads environment variables. */

export const egressLevels = ['public', 'loopback', 'any'] as const;
export type EgressLevel = (typeof egressLevels)[number];

/** Rules for the addresses and ports that targets and webhooks may have. */
export type Egress = {
  /** Allowed addresses. `public`: public addresses; `loopback`: also this machine; `any`: also private networks. */
  level: EgressLevel;
  /** Allowed ports of this machine, if `level` allows this machine. Null allows all ports. */
  loopbackPorts: readonly number[] | null;
  /** Ports of the service's own servers on this machine. They are never allowed. */
  ownPorts: readonly number[];
  /** Private address ranges, such as 10.20.0.0/16, that are allowed at any level. Default: none. */
  privateRanges?: readonly string[];
};

/** Proxies of the operator: URLs for targets with http:// and https://, and hosts that are reached without a proxy. */
export type ProxySettings = { http: string | null; https: string | null; except: readonly string[] };

const noProxies: ProxySettings = { http: null, https: null, except: [] };

/** Environment variables for proxies, as other tools use them. Lowercase names also count. */
export const proxySettingNames = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'] as const;

const rolePattern = /^arn:aws(?:-[a-z]+)*:iam::(?:\d{12}|\*):role\/[\w+=,.@/*-]{1,512}$/;

const integer = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);

/** Settings of the quotas, which all have the same form. */
const quotaSettings = Object.fromEntries(
  quotaNames.map((name) => [quotas[name].setting, integer(quotas[name].limit, 1, 1_000_000_000_000)]),
);

const environmentSchema = z.object({
  ...quotaSettings,
  TABLE_NAME: z.string().default('tokenmeter'),
  BUCKET_NAME: z.string().default('tokenmeter'),
  AWS_REGION: z.string().default('us-east-1'),
  /** Set by Lambda. */
  AWS_LAMBDA_FUNCTION_NAME: z.string().optional(),
  /** Endpoints of the embedded servers, and of S3 in signed addresses, with the key that signs them. Unset on AWS. */
  DYNAMODB_ENDPOINT: z.url().optional(),
  SQS_ENDPOINT: z.url().optional(),
  S3_ENDPOINT: z.url().optional(),
  S3_PUBLIC_ENDPOINT: z.url().optional(),
  ADVANCE_QUEUE_URL: z.url(),
  BATCH_QUEUE_URL: z.url(),
  FINALIZE_QUEUE_URL: z.url(),
  DELIVER_QUEUE_URL: z.url(),
  /** AWS region of the table and of all queues except the batch queues. Needed only by a worker in another region. */
  HOME_REGION: z.string().optional(),
  /** Batch queue URLs by region, as a JSON object. Needed only if workers run in several regions. */
  WORKER_QUEUE_URLS: z
    .string()
    .default('{}')
    .transform((text, context) => {
      const parsed = z.record(z.string(), z.url()).safeParse(parseJson(text));
      if (parsed.success) return parsed.data;
      context.addIssue({ code: 'custom', message: 'must be a JSON object that maps regions to queue URLs' });
      return z.NEVER;
    }),
  /** Encryption key for stored secrets: a KMS key (AWS) or a file of 32 random bytes (one machine). Set only one. */
  KMS_KEY_ID: z.string().optional(),
  MASTER_KEY_FILE: z.string().optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** CloudWatch namespace of the service's metrics. If unset, no metrics are written. */
  TELEMETRY_NAMESPACE: z.string().optional(),
  EGRESS: z.enum(egressLevels).default('public'),
  LOOPBACK_PORTS: z
    .string()
    .regex(/^(any|\d{1,5}(,\d{1,5})*)$/, 'must be `any` or a list of ports, such as 8788,8000')
    .default('any')
    .transform((text) => (text === 'any' ? null : text.split(',').map(Number))),
  /** Comma-separated private ranges that targets and webhooks may have at any level of `EGRESS`. */
  EGRESS_CIDRS: z
    .string()
    .default('')
    .transform(splitList)
    .refine((ranges) => ranges.every(isPrivateRange), {
      message: 'must be a list of private ranges, such as 10.20.0.0/16,fd12:3456::/32',
    }),
  /** Tenants whose targets the AWS credentials of the workers may sign for: a comma-separated list of ids, or `any`. */
  WORKER_ROLE_TENANTS: z
    .string()
    .default('')
    .transform(splitList)
    .refine((tenants) => tenants.every((tenant) => /^(?:any|ten_[0-9a-z]{26})$/.test(tenant)), {
      message: 'must be `any` or a list of tenant ids, such as ten_01j…',
    }),
  /** Comma-separated ARNs of the roles that workers may assume for targets. `*` stands for any text, as in IAM. */
  ASSUMABLE_ROLES: z
    .string()
    .default('')
    .transform(splitList)
    .refine((roles) => roles.every((role) => rolePattern.test(role)), {
      message: 'must be a list of role ARNs, such as arn:aws:iam::*:role/tokenmeter-*',
    }),
  /** Comma-separated issuers of OIDC tokens that rules may accept, such as https://token.actions.githubusercontent.com. */
  OIDC_ISSUERS: z
    .string()
    .default('')
    .transform(splitList)
    .refine((issuers) => issuers.every(isIssuer), {
      message: 'must be a list of https URLs without query, such as https://gitlab.com',
    }),
  /** Comma-separated host names that the API accepts. If unset, it accepts any host; the gateway checks the host. */
  ALLOWED_HOSTS: z.string().optional(),
  /** Comma-separated origins of websites whose pages may call the API from a browser (CORS). Default: none. */
  CORS_ORIGINS: z
    .string()
    .default('')
    .transform(splitList)
    .refine((origins) => origins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin), {
      message: 'must be a list of origins, such as https://dash.example.com,http://localhost:3000',
    }),
  /** Base URL of links in responses and webhooks. */
  PUBLIC_URL: z.url().optional(),
  MAX_STREAMS_PER_WORKER: integer(64, 1, 1_000),
  /** Maximum number of workers that run at the same time for one run. */
  MAX_WORKERS_PER_RUN: integer(1_000, 1, 10_000),
  /** Maximum number of workers that run at the same time for all runs of a tenant. */
  MAX_WORKERS_PER_TENANT: integer(1_000, 1, 10_000),
  /** Maximum number of workers that run at the same time for all tenants, in each region. */
  MAX_TOTAL_WORKERS: integer(1_250, 1, 10_000),
  /** Runs with this many requests, warm-up included, or with this cost limit in USD, check their targets by default. */
  CHECK_FROM_REQUESTS: integer(100, 1, 1_000_000_000),
  CHECK_FROM_USD: integer(1, 0, 1_000_000_000),
  /** Maximum number of targets that a tenant can check per minute. */
  MAX_TARGET_CHECKS_PER_MINUTE: integer(60, 1, 1_000_000),
  MAX_REQUESTS_PER_RUN: integer(1_000_000, 1, 10_000_000),
  MAX_BODY_BYTES: integer(4_194_304, 1_024, 5_242_880),
  /** Maximum time in seconds that a request with `Prefer: wait` waits. On AWS, requests end after 29 s. */
  MAX_WAIT_SECONDS: integer(25, 0, 3_600),
  RATE_LIMIT_PER_MINUTE: integer(600, 1, 1_000_000),
  /** Maximum requests per minute of all API keys of a tenant together. */
  TENANT_RATE_LIMIT_PER_MINUTE: integer(3_000, 1, 10_000_000),
  /** Maximum requests per minute and address without a valid API key, in each environment on AWS. */
  ANONYMOUS_RATE_LIMIT_PER_MINUTE: integer(300, 1, 1_000_000),
  /** Days after which audit events are deleted. */
  AUDIT_RETENTION_DAYS: integer(90, 1, 3_650),
  /** Days from the end of a run after which the table deletes its samples, which are in its archive. */
  SAMPLE_RETENTION_DAYS: integer(30, 0, 36_500),
  /** Maximum number of connections with which a tenant reads the events of runs at the same time. */
  MAX_EVENT_READERS_PER_TENANT: integer(20, 1, 10_000),
  /** Maximum size in bytes of a target's response. The limits of its text and of its events are shares of it. */
  MAX_RESPONSE_BYTES: integer(defaultMaxResponseBytes, 65_536, 4_000_000_000),
  HEARTBEAT_MS: integer(1_000, 50, 60_000),
  LEASE_MS: integer(10_000, 200, 600_000),
  /** Time in ms after which the coordinator sends the message of a queued batch, or a `finalize` message, again. */
  RESEND_AFTER_MS: integer(30_000, 200, 3_600_000),
  MAX_BATCH_FAILURES: integer(3, 0, 100),
  /** Maximum time in ms that a ready batch waits for the other batches of its stage, without the time to start them. */
  READY_TIMEOUT_MS: integer(60_000, 100, 600_000),
  /** Number of workers that the queue of batches starts per minute; 0: all at once. Set by the deployment. */
  WORKER_STARTS_PER_MINUTE: integer(0, 0, 100_000),
  /** Maximum time in ms that a worker runs. Near the end, it leaves its unsent requests to another worker. */
  WORKER_TIME_LIMIT_MS: integer(900_000, 2_000, 86_400_000),
  BLOCK_FLUSH_MS: integer(2_000, 10, 60_000),
  /** Threads of the process for name lookups and files. Node.js itself reads this variable; its default is 4. */
  UV_THREADPOOL_SIZE: integer(4, 1, 1_024),
});

function splitList(text: string): string[] {
  return text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
}

/** Reads what targets and webhooks may reach, and how. */
function readOutgoing(env: z.infer<typeof environmentSchema>, environment: Record<string, string | undefined>) {
  return {
    egress: readEgress(env),
    targetRoles: { workerTenants: env.WORKER_ROLE_TENANTS, assumable: env.ASSUMABLE_ROLES },
    // The address of an operator's proxy may be loopback, which no setting allows on AWS.
    proxies: isOnAws(env) ? noProxies : readProxies(environment),
  };
}

/** On AWS, no setting allows loopback or link-local addresses: Lambda's own interfaces have such addresses. */
function readEgress(env: z.infer<typeof environmentSchema>): Egress {
  const level = isOnAws(env) ? 'public' : env.EGRESS;
  return { level, loopbackPorts: env.LOOPBACK_PORTS, ownPorts: listOwnPorts(env), privateRanges: env.EGRESS_CIDRS };
}

/** Returns whether the process is a function on AWS. An emulated function has an emulated store. */
function isOnAws(env: z.infer<typeof environmentSchema>): boolean {
  return env.AWS_LAMBDA_FUNCTION_NAME !== undefined && env.DYNAMODB_ENDPOINT === undefined;
}

function readProxies(environment: Record<string, string | undefined>): ProxySettings {
  const read = (name: (typeof proxySettingNames)[number]) =>
    environment[name.toLowerCase()] || environment[name] || null;
  const all = read('ALL_PROXY');
  const except = (read('NO_PROXY') ?? '').split(/[\s,]+/).filter((host) => host !== '');
  return { http: read('HTTP_PROXY') ?? all, https: read('HTTPS_PROXY') ?? all, except };
}

/** Parses the environment variables (default: of this process). @throws Error that lists each problem */
export function loadConfig(environment: Record<string, string | undefined> = process.env) {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The environment variables are not valid. ${faults.join('; ')}`);
  }
  const env = parsed.data;
  return {
    tableName: env.TABLE_NAME,
    bucketName: env.BUCKET_NAME,
    region: env.HOME_REGION ?? env.AWS_REGION,
    /** AWS region of this process. Null if the process does not run on AWS. */
    workerRegion: env.DYNAMODB_ENDPOINT === undefined ? env.AWS_REGION : null,
    /** Whether a response is sent only when it is complete. */
    isOnLambda: env.AWS_LAMBDA_FUNCTION_NAME !== undefined,
    ...readAddresses(env),
    sealing: chooseSealing(env.KMS_KEY_ID, env.MASTER_KEY_FILE),
    logLevel: env.LOG_LEVEL,
    threads: env.UV_THREADPOOL_SIZE,
    telemetryNamespace: env.TELEMETRY_NAMESPACE ?? null,
    ...readOutgoing(env, environment),
    allowedHosts: env.ALLOWED_HOSTS?.split(',').map((host) => host.trim().toLowerCase()) ?? null,
    oidcIssuers: env.OIDC_ISSUERS,
    corsOrigins: env.CORS_ORIGINS,
    publicUrl: env.PUBLIC_URL ?? null,
    maxStreamsPerWorker: env.MAX_STREAMS_PER_WORKER,
    maxWorkersPerRun: env.MAX_WORKERS_PER_RUN,
    maxWorkersPerTenant: env.MAX_WORKERS_PER_TENANT,
    maxTotalWorkers: env.MAX_TOTAL_WORKERS,
    checkFromRequests: env.CHECK_FROM_REQUESTS,
    checkFromUsd: env.CHECK_FROM_USD,
    maxTargetChecksPerMinute: env.MAX_TARGET_CHECKS_PER_MINUTE,
    maxRequestsPerRun: env.MAX_REQUESTS_PER_RUN,
    quotas: readQuotas(env),
    maxBodyBytes: env.MAX_BODY_BYTES,
    maxWaitSeconds: env.MAX_WAIT_SECONDS,
    rateLimitPerMinute: env.RATE_LIMIT_PER_MINUTE,
    tenantRateLimitPerMinute: env.TENANT_RATE_LIMIT_PER_MINUTE,
    anonymousRateLimitPerMinute: env.ANONYMOUS_RATE_LIMIT_PER_MINUTE,
    auditRetentionDays: env.AUDIT_RETENTION_DAYS,
    sampleRetentionDays: env.SAMPLE_RETENTION_DAYS,
    maxEventReadersPerTenant: env.MAX_EVENT_READERS_PER_TENANT,
    maxResponseBytes: env.MAX_RESPONSE_BYTES,
    heartbeatMs: env.HEARTBEAT_MS,
    leaseMs: env.LEASE_MS,
    resendAfterMs: env.RESEND_AFTER_MS,
    maxBatchFailures: env.MAX_BATCH_FAILURES,
    readyTimeoutMs: env.READY_TIMEOUT_MS,
    workerStartsPerMinute: env.WORKER_STARTS_PER_MINUTE,
    workerTimeLimitMs: env.WORKER_TIME_LIMIT_MS,
    blockFlushMs: env.BLOCK_FLUSH_MS,
  };
}

export type Config = ReturnType<typeof loadConfig>;

function readQuotas(env: Readonly<Record<string, unknown>>): Quotas {
  const limits = quotaNames.map((name) => [name, Number(env[quotas[name].setting])]);
  return Object.fromEntries(limits) as Quotas; // each quota has a number
}

function readAddresses(env: z.infer<typeof environmentSchema>) {
  return {
    dynamodbEndpoint: env.DYNAMODB_ENDPOINT ?? null,
    sqsEndpoint: env.SQS_ENDPOINT ?? null,
    s3Endpoint: env.S3_ENDPOINT ?? null,
    s3PublicEndpoint: env.S3_PUBLIC_ENDPOINT ?? null,
    queueUrls: {
      advance: env.ADVANCE_QUEUE_URL,
      batch: env.BATCH_QUEUE_URL,
      finalize: env.FINALIZE_QUEUE_URL,
      deliver: env.DELIVER_QUEUE_URL,
    },
    /** Batch queue URLs by region, including the deployment's own region. Empty if all workers run in one region. */
    workerQueueUrls: env.WORKER_QUEUE_URLS,
  };
}

/** Lists the TCP ports of this machine on which the service and its stores listen. */
function listOwnPorts(env: z.infer<typeof environmentSchema>): number[] {
  return [env.PUBLIC_URL, env.DYNAMODB_ENDPOINT, env.SQS_ENDPOINT, env.S3_ENDPOINT].flatMap((url) => {
    const { hostname, port } = new URL(url ?? 'http://unset');
    return /^(127\.|localhost$|\[::1\]$)/.test(hostname) && port !== '' ? [Number(port)] : [];
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
