import { z } from 'zod';
import { idSchema } from '../ids/ids.ts';
import { countSchema } from '../number-schema.ts';
import { notSentReasons } from '../sample/outcome.ts';
import { runSpecSchema } from '../spec/run-spec.ts';
import { datasetKindSchema } from '../workload/datasets/dataset.ts';
import { attemptNoteSchema } from './attempt-note.ts';

/* The records of the table as use cases see them. Times are wall-clock milliseconds since 1970. */

const atMs = z.number();

export const runStatuses = ['queued', 'running', 'finalizing', 'completed', 'failed', 'canceled'] as const;
export type RunStatus = (typeof runStatuses)[number];
export const terminalStatuses = ['completed', 'failed', 'canceled'] as const;
export type TerminalStatus = (typeof terminalStatuses)[number];

export function isTerminal(status: RunStatus): status is TerminalStatus {
  return terminalStatuses.some((terminal) => terminal === status);
}

export const failureSchema = z.object({ code: z.string(), message: z.string() });
export type Failure = z.infer<typeof failureSchema>;

/** Why a run sends no more requests: its owner canceled it, or it reached one of its limits. */
export const stopReasonSchema = z.enum(['run_canceled', 'run_duration', 'error_rate', 'cost_cap']);
export type StopReason = z.infer<typeof stopReasonSchema>;

export const runRecordSchema = z.object({
  runId: idSchema('run'),
  tenantId: idSchema('tenant'),
  status: z.enum(runStatuses),
  spec: runSpecSchema,
  maxStreamsPerWorker: z
    .number()
    .int()
    .min(1)
    .describe('Streams per worker, set at creation so that the plan of a run never changes'),
  /** Index of the running group of stages, or the number of groups when all are done. */
  groupIndex: countSchema,
  /** The levels that a search has decided so far. */
  levels: z.array(z.object({ targetIndex: countSchema, value: z.number() })).default([]),
  /** The final status, set before any notification, so that a repeated ending has the same result. */
  endStatus: z.enum(terminalStatuses).nullable(),
  stop: stopReasonSchema.nullable(),
  failure: failureSchema.nullable(),
  verdict: z.enum(['pass', 'fail']).nullable(),
  trust: z.enum(['ok', 'suspect']).nullable(),
  trustReasons: z.array(z.string()),
  createdAtMs: atMs,
  startedAtMs: atMs.nullable(),
  endedAtMs: atMs.nullable(),
  finalizeSentAtMs: atMs.nullable(),
  ephemeralCredentialIds: z.array(idSchema('credential')),
  webhookEndpointIds: z.array(idSchema('webhookEndpoint')),
  manifestSha256: z.string(),
  rerunOf: idSchema('run').nullable(),
  /** The schedule that started the run, or null. */
  scheduleId: idSchema('schedule').nullable(),
});
export type RunRecord = z.infer<typeof runRecordSchema>;

/** The counters of all workers of a run. A separate item, because writes of the long run item cost more. */
export const runCountersSchema = z.object({
  /** Finished and failed measured requests as counted by heartbeats, for the error-rate limit only. */
  finishedCount: countSchema,
  failedCount: countSchema,
  /** Upper bound of the cost in 10^-9 USD, for the cost cap only. */
  reservedNanoUsd: countSchema,
});
export type RunCounters = z.infer<typeof runCountersSchema>;

/** Why a stage sends no more requests while the run continues. */
export const stageStopSchema = z.object({
  reason: z.enum(['precision_reached', 'over_saturated']),
  atMs,
  /** The observation, in words. */
  detail: z.string(),
});
export type StageStop = z.infer<typeof stageStopSchema>;

export const stageRecordSchema = z.object({
  runId: idSchema('run'),
  stageIndex: countSchema,
  /** Batches that are ready to start. The stage starts at `startAtMs`, which is set once. */
  ready: z.array(z.string()),
  startAtMs: atMs.nullable(),
  /** Set once by the first worker that detects the precision or the saturation. */
  stop: stageStopSchema.nullable(),
  openedAtMs: atMs,
});
export type StageRecord = z.infer<typeof stageRecordSchema>;

export const batchStatuses = ['queued', 'running', 'done', 'failed'] as const;

export const batchProgressSchema = z.object({
  issued: countSchema,
  inFlight: countSchema,
  ok: countSchema,
  failed: countSchema,
  canceled: countSchema,
  notSent: countSchema,
  warmupDone: countSchema,
});
export type BatchProgress = z.infer<typeof batchProgressSchema>;

export const batchRecordSchema = z.object({
  runId: idSchema('run'),
  stageIndex: countSchema,
  batchIndex: countSchema,
  status: z.enum(batchStatuses),
  /** Increases with each valid claim. Messages and workers of older attempts cannot change the batch. */
  attempt: z.number().int().min(1),
  failures: countSchema,
  queuedAtMs: atMs,
  leaseOwner: z.string().nullable(),
  leaseExpiresAtMs: atMs.nullable(),
  /** Number of committed blocks of each attempt. Later blocks come from a worker that lost its lease. */
  blocks: z.record(z.string(), countSchema),
  progress: batchProgressSchema,
  attempts: z.array(attemptNoteSchema),
  /** Why some requests of the batch were not sent. */
  notSentReason: z.enum(notSentReasons).nullable(),
  failure: failureSchema.nullable(),
});
export type BatchRecord = z.infer<typeof batchRecordSchema>;

/** Counts the successive failures of a batch after an attempt failed. An attempt that stored samples resets the count to 1. */
export function countFailures(batch: Pick<BatchRecord, 'failures' | 'blocks' | 'attempt'>): number {
  const hasStoredSamples = (batch.blocks[String(batch.attempt)] ?? 0) > 0;
  return hasStoredSamples ? 1 : batch.failures + 1;
}

export const credentialRecordSchema = z.object({
  credentialId: idSchema('credential'),
  tenantId: idSchema('tenant'),
  name: z.string(),
  /** Ciphertext in base64, for `SecretBox`. */
  sealed: z.string(),
  lastFour: z.string().nullable(),
  /** Set for AWS credentials. Absent for a plain key. */
  form: z.literal('aws').optional(),
  /** The only origin that may receive the credential. Absent: any. */
  origin: z.string().optional(),
  ephemeral: z.boolean(),
  createdAtMs: atMs,
  expiresAtMs: atMs.nullable(),
});
export type CredentialRecord = z.infer<typeof credentialRecordSchema>;

/** An uploaded text, which is stored separately. The id is derived from tenant, kind and content. */
export const datasetRecordSchema = z.object({
  datasetId: idSchema('dataset'),
  tenantId: idSchema('tenant'),
  name: z.string().nullable(),
  kind: datasetKindSchema,
  /** SHA-256 of the uploaded bytes in hex. */
  sha256: z.string(),
  bytes: countSchema,
  /** Number of prompts, nonblank lines, or requests of a trace. */
  entries: countSchema,
  /** Time from the first to the last entry of a trace in milliseconds. */
  spanMs: z.number().optional(),
  createdAtMs: atMs,
});
export type DatasetRecord = z.infer<typeof datasetRecordSchema>;

/** The scopes of an API key. `admin` includes all others and can create keys for other tenants. */
export const apiScopes = [
  'runs:read',
  'runs:write',
  'credentials:read',
  'credentials:write',
  'webhooks:read',
  'webhooks:write',
  'api-keys:read',
  'api-keys:write',
  'admin',
] as const;
export type ApiScope = (typeof apiScopes)[number];

export const apiKeyRecordSchema = z.object({
  apiKeyId: idSchema('apiKey'),
  tenantId: idSchema('tenant'),
  name: z.string(),
  sha256: z.string(),
  scopes: z.array(z.enum(apiScopes)),
  createdAtMs: atMs,
  expiresAtMs: atMs.nullable(),
});
export type ApiKeyRecord = z.infer<typeof apiKeyRecordSchema>;

export const idempotencyRecordSchema = z.object({
  tenantId: idSchema('tenant'),
  key: z.string(),
  requestSha256: z.string(),
  /** Id of the resource, set before its creation, so that a retry after a crash creates the same one. */
  resourceId: z.string(),
  /** Sealed secret of an API key, so that a retry creates the same key. Absent for other resources. */
  sealedSecret: z.string().optional(),
  response: z
    .object({ status: z.number().int(), headers: z.record(z.string(), z.string()), body: z.string() })
    .nullable(),
  expiresAtMs: atMs,
});
export type IdempotencyRecord = z.infer<typeof idempotencyRecordSchema>;
