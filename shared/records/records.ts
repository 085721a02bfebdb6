import { z } from 'zod';
import { idSchema } from '../ids/ids.ts';
import { countSchema } from '../number-schema.ts';
import { notSentReasons } from '../sample/outcome.ts';
import { runSpecSchema } from '../spec/run-spec.ts';
import { datasetKindSchema } from '../workload/datasets/dataset.ts';
import { apiScopes } from './api-scope.ts';
import { disturbanceSchema } from './disturbance.ts';
import { promptDigestSchema } from './prompt-digest.ts';
import { workerRuntimeSchema } from './worker-runtime.ts';

/* What the table holds, as the use cases see it. Instants are wall-clock milliseconds. */

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

/** Why a run takes no more requests: canceled by its owner, or stopped at one of its limits. */
export const stopReasonSchema = z.enum(['run_canceled', 'run_duration', 'error_rate', 'cost_cap']);
export type StopReason = z.infer<typeof stopReasonSchema>;

export const runRecordSchema = z.object({
  runId: idSchema('run'),
  tenantId: idSchema('tenant'),
  status: z.enum(runStatuses),
  spec: runSpecSchema,
  maxStreamsPerWorker: z.number().int().min(1).describe('Fixed at creation, so that the plan of a run never changes'),
  /** The group of stages that is running; equal to the number of groups once all are done. */
  groupIndex: countSchema,
  /** Of a load that searches: the levels decided so far, one appended once the group before has ended. */
  levels: z.array(z.object({ targetIndex: countSchema, value: z.number() })).default([]),
  /** How the run is to end, fixed before anyone is told: whoever ends it again ends it so. */
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
  /** The schedule that started it; null where somebody did. */
  scheduleId: idSchema('schedule').nullable(),
});
export type RunRecord = z.infer<typeof runRecordSchema>;

/** What all workers of a run add to. Apart from the run, whose spec makes it long: a write costs as much as its item is long. */
export const runCountersSchema = z.object({
  /** Measured requests that ended, and those that failed, as heartbeats counted them: for the error-rate limit only. */
  finishedCount: countSchema,
  failedCount: countSchema,
  /** Upper bound of what has been spent, in 10^-9 USD: for the cost cap only. */
  reservedNanoUsd: countSchema,
});
export type RunCounters = z.infer<typeof runCountersSchema>;

/** Why a stage takes no more requests though the run goes on. */
export const stageStopSchema = z.object({
  reason: z.enum(['precision_reached', 'over_saturated']),
  atMs,
  /** What was seen, in words. */
  detail: z.string(),
});
export type StageStop = z.infer<typeof stageStopSchema>;

export const stageRecordSchema = z.object({
  runId: idSchema('run'),
  stageIndex: countSchema,
  /** Batches that are ready to start; the stage starts at `startAtMs`, agreed once. */
  ready: z.array(z.string()),
  startAtMs: atMs.nullable(),
  /** Set once, by whichever worker sees first that the stage has enough, or its target too much. */
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

/** What one attempt of a batch says of itself: when it started against the agreed instant, and how disturbed it was. */
export const attemptNoteSchema = z.object({
  attempt: countSchema,
  ...disturbanceSchema.shape,
  /** Null in notes of before it was known. */
  runtime: workerRuntimeSchema.nullable().default(null),
  /** In the notes of the first batch of a run. */
  prompts: promptDigestSchema.nullable().default(null),
});
export type AttemptNote = z.infer<typeof attemptNoteSchema>;

export const batchRecordSchema = z.object({
  runId: idSchema('run'),
  stageIndex: countSchema,
  batchIndex: countSchema,
  status: z.enum(batchStatuses),
  /** Grows with each claim that is due; a message or a worker of an older attempt can change nothing. */
  attempt: z.number().int().min(1),
  failures: countSchema,
  queuedAtMs: atMs,
  leaseOwner: z.string().nullable(),
  leaseExpiresAtMs: atMs.nullable(),
  /** How many blocks of each attempt count; a block beyond (written by a worker that had lost its lease) does not. */
  blocks: z.record(z.string(), countSchema),
  progress: batchProgressSchema,
  attempts: z.array(attemptNoteSchema),
  /** Why the batch's unsent requests were not sent. */
  notSentReason: z.enum(notSentReasons).nullable(),
  failure: failureSchema.nullable(),
});
export type BatchRecord = z.infer<typeof batchRecordSchema>;

export const credentialRecordSchema = z.object({
  credentialId: idSchema('credential'),
  tenantId: idSchema('tenant'),
  name: z.string(),
  /** Ciphertext, base64; only `SecretBox` opens it. */
  sealed: z.string(),
  lastFour: z.string().nullable(),
  /** Of AWS credentials; absent for a plain key. */
  form: z.literal('aws').optional(),
  /** The only origin it may be sent to; absent: any. */
  origin: z.string().optional(),
  ephemeral: z.boolean(),
  createdAtMs: atMs,
  expiresAtMs: atMs.nullable(),
});
export type CredentialRecord = z.infer<typeof credentialRecordSchema>;

/** What is known of an uploaded text; the text itself stands apart. Its id follows from tenant, kind and content. */
export const datasetRecordSchema = z.object({
  datasetId: idSchema('dataset'),
  tenantId: idSchema('tenant'),
  name: z.string().nullable(),
  kind: datasetKindSchema,
  /** Of the bytes as they came, hex. */
  sha256: z.string(),
  bytes: countSchema,
  /** Prompts, lines that have text, or requests of a trace. */
  entries: countSchema,
  /** Of a trace: from its first entry to its last, ms. */
  spanMs: z.number().optional(),
  createdAtMs: atMs,
});
export type DatasetRecord = z.infer<typeof datasetRecordSchema>;

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
  /** What the request is about to create, fixed before it is created: a retry after a crash makes the same thing. */
  resourceId: z.string(),
  /** The secret that goes with it (of an API key), sealed: a retry makes the same key. Absent where there is none. */
  sealedSecret: z.string().optional(),
  response: z
    .object({ status: z.number().int(), headers: z.record(z.string(), z.string()), body: z.string() })
    .nullable(),
  expiresAtMs: atMs,
});
export type IdempotencyRecord = z.infer<typeof idempotencyRecordSchema>;
