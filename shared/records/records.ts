import { z } from 'zod';
import { idSchema } from '../ids/ids.ts';
import { countSchema } from '../number-schema.ts';
import { runQuotaNames } from '../quotas.ts';
import { notSentReasonSchema } from '../sample/outcome-schemas.ts';
import { prioritySchema, runSpecSchema } from '../spec/run-spec.ts';
import { datasetKindSchema } from '../workload/datasets/dataset.ts';
import { datasetReadingSchema } from '../workload/datasets/reading.ts';
import { attemptNoteSchema } from './attempt-note.ts';
import { batchTallySchema } from './batch-tally.ts';
import { runArchiveSchema } from './run-archive.ts';
import { runUsageSchema } from './run-usage.ts';

/* Schemas of the records that stores read and write. All times are wall-clock times in ms since 1970. */

const atMs = z.number();

export const runStatuses = ['queued', 'running', 'finalizing', 'completed', 'failed', 'canceled'] as const;
export type RunStatus = (typeof runStatuses)[number];
export const runStatusSchema = z
  .enum(runStatuses)
  .meta({ id: 'RunStatus', description: 'Status of the run. Finished runs are completed, failed or canceled' });
export const terminalStatuses = ['completed', 'failed', 'canceled'] as const;
export type TerminalStatus = (typeof terminalStatuses)[number];

export function isTerminal(status: RunStatus): status is TerminalStatus {
  return terminalStatuses.some((terminal) => terminal === status);
}

export const failureSchema = z.object({ code: z.string(), message: z.string() });
export type Failure = z.infer<typeof failureSchema>;

/** Code of the failure of a run without a successful request. Its cause is the target, not the service. */
export const noGoodRequest = 'no_good_request';

export const runVerdictSchema = z.enum(['pass', 'fail']).meta({ id: 'RunVerdict' });
export const trustResultSchema = z.enum(['ok', 'suspect']).meta({ id: 'TrustResult' });

/** Reasons why a run sends no more requests: the owner canceled it, it reached a limit, or a check of its targets failed. */
export const stopReasonSchema = z
  .enum(['run_canceled', 'run_duration', 'error_rate', 'cost_cap', 'check_failed'])
  .meta({ id: 'RunStop' });
export type StopReason = z.infer<typeof stopReasonSchema>;

/** Name and metadata of a run. They start as those of its spec, and can change; the spec cannot. */
export const runLabelsSchema = z.object({
  name: z.string().nullable().default(null),
  metadata: z.record(z.string(), z.string()).default({}),
});
export type RunLabels = z.infer<typeof runLabelsSchema>;

export const runRecordSchema = z.object({
  runId: idSchema('run'),
  tenantId: idSchema('tenant'),
  status: runStatusSchema,
  spec: runSpecSchema,
  labels: runLabelsSchema,
  /** Number of changes of the labels and the pin. Null before the first one. */
  labelChanges: countSchema.nullable(),
  pinned: z.boolean().default(false).describe('Whether bulk deletion and expiry keep the run'),
  check: z
    .boolean()
    .default(false)
    .describe('Whether the run sends one request to each target first, and fails at once if a target is unusable'),
  priority: prioritySchema.default('normal').describe('Which runs get workers first'),
  maxStreamsPerWorker: z
    .number()
    .int()
    .min(1)
    .describe('Streams per worker, set at creation so that the plan of a run never changes'),
  /** Index of the current group of stages. After the last group has ended, equals the number of groups. */
  groupIndex: countSchema,
  /** The load levels that the search has chosen so far. Levels of earlier versions have no `isSized`. */
  levels: z
    .array(z.object({ targetIndex: countSchema, value: z.number(), isSized: z.boolean().optional() }))
    .default([]),
  /** Final status of the run. It is stored before notifications are sent, so that a retry ends the run the same way. */
  endStatus: z.enum(terminalStatuses).nullable(),
  /** Amounts that the run adds to quotas of its tenant. Null for imports and for runs of earlier versions. */
  amounts: z.record(z.enum(runQuotaNames), countSchema).nullable().default(null),
  /** What the run used. It is stored with the final status, so that a retry counts the same numbers. */
  usage: runUsageSchema.nullable(),
  stop: stopReasonSchema.nullable().describe('Reason for an early stop. Null if nothing stopped the run'),
  failure: failureSchema.nullable(),
  verdict: runVerdictSchema
    .nullable()
    .describe('Result of the assertions. Null without assertions or before the run is finished'),
  trust: trustResultSchema.nullable().describe('Whether measurement errors affected the results'),
  trustReasons: z.array(z.string()),
  createdAtMs: atMs,
  startedAtMs: atMs.nullable(),
  /** Milliseconds that the run was active until `activeAtMs`, without downtime of the service. */
  activeMs: countSchema.default(0),
  /** Time when the coordinator last added to `activeMs`. Null before the start, and for runs of version 0.1.0. */
  activeAtMs: atMs.nullable().default(null),
  endedAtMs: atMs.nullable(),
  /** Time since which the run waits until other runs free their workers. */
  waitingSinceMs: atMs.nullable(),
  finalizeSentAtMs: atMs.nullable(),
  /** Number of times that a finalizer has started to build the report. Null before the first one. */
  finalizeTries: countSchema.nullable(),
  /** Time of the first of these tries. */
  finalizeTriedAtMs: atMs.nullable(),
  /** Time until which a finalizer has the run. Null if no finalizer has it. */
  finalizeLeaseExpiresAtMs: atMs.nullable(),
  /** Number of failures to advance the run since the last success, and time of the first one. Null without failures. */
  advanceFailures: countSchema.nullable(),
  advanceFailingSinceMs: atMs.nullable(),
  ephemeralCredentialIds: z.array(idSchema('credential')),
  webhookEndpointIds: z.array(idSchema('webhookEndpoint')).describe('Webhook endpoints from the spec'),
  manifestSha256: z
    .string()
    .describe(
      'SHA-256 of the canonical manifest, in hex. Equal hashes mean equal requests, or equal files for imports',
    ),
  rerunOf: idSchema('run').nullable(),
  scheduleId: idSchema('schedule').nullable().describe('Schedule that started the run'),
  /** Null until the samples are archived. */
  archive: runArchiveSchema.nullable().default(null),
});
export type RunRecord = z.infer<typeof runRecordSchema>;

/** Counters that all of a run's workers update. They are a separate item, because updates of a large item cost more. */
export const runCountersSchema = z.object({
  /** Numbers of finished and of failed measured requests, updated by heartbeats. Used only for the error-rate limit. */
  finishedCount: countSchema,
  failedCount: countSchema,
  /** Upper limit of the cost of the run so far, in nano-USD (10^-9 USD). Used only for the cost cap. */
  reservedNanoUsd: countSchema,
});
export type RunCounters = z.infer<typeof runCountersSchema>;

/** Reason why a stage sends no more requests while the run continues. */
export const stageStopSchema = z.object({
  reason: z.enum(['precision_reached', 'over_saturated']).meta({ id: 'StopReason' }),
  atMs,
  detail: z.string(),
});
export type StageStop = z.infer<typeof stageStopSchema>;

export const stageRecordSchema = z.object({
  runId: idSchema('run'),
  stageIndex: countSchema,
  /** Batches that are ready to start. `startAtMs` is the start time of the stage; it is set once and never changes. */
  ready: z.array(z.string()),
  startAtMs: atMs.nullable(),
  /** Why the stage stops early. Set by the first worker that detects enough precision or an over-saturated target. */
  stop: stageStopSchema.nullable(),
  openedAtMs: atMs,
});
export type StageRecord = z.infer<typeof stageRecordSchema>;

export const batchStatuses = ['queued', 'running', 'done', 'failed'] as const;

export const batchProgressSchema = z.object({
  issued: countSchema,
  inFlight: countSchema.describe('Open requests, updated about every second'),
  ok: countSchema,
  failed: countSchema,
  disturbed: countSchema
    .default(0)
    .describe('Requests that failed while a worker stalled. They are not in failed, and cannot stop the run'),
  canceled: countSchema,
  notSent: countSchema,
  warmupDone: countSchema,
  /** Sum of the durations of ended requests in ms, including warm-up. Used only for the remaining time. */
  busyMs: z.number().min(0).default(0),
  /** Sums for live metrics. Null for an import, and for a batch that an earlier version measured. */
  tally: batchTallySchema.nullable().default(null),
});
export type BatchProgress = z.infer<typeof batchProgressSchema>;

type EndedCounts = Pick<BatchProgress, 'ok' | 'failed' | 'disturbed' | 'canceled' | 'notSent'>;

/** Returns the number of planned measured requests that have ended or will not be sent. */
export function countEnded({ ok, failed, disturbed, canceled, notSent }: EndedCounts): number {
  return ok + failed + disturbed + canceled + notSent;
}

/** Returns how often requests were sent or ended so far. A warm-up request counts only when it ends. */
export function countSteps(counts: EndedCounts & Pick<BatchProgress, 'issued' | 'warmupDone'>): number {
  return counts.issued + countEnded(counts) + counts.warmupDone;
}

export const batchRecordSchema = z.object({
  runId: idSchema('run'),
  stageIndex: countSchema,
  batchIndex: countSchema,
  status: z.enum(batchStatuses),
  /** Increases when the batch is queued again. Messages and workers of earlier attempts cannot update the batch. */
  attempt: z.number().int().min(1),
  failures: countSchema,
  queuedAtMs: atMs,
  leaseOwner: z.string().nullable(),
  leaseExpiresAtMs: atMs.nullable(),
  /** Number of valid blocks of each attempt. Later blocks are ignored, because their worker had lost its lease. */
  blocks: z.record(z.string(), countSchema),
  progress: batchProgressSchema,
  /** Largest number of ended requests that earlier attempts reported. It keeps the share of progress from falling. */
  peakEnded: countSchema.default(0),
  /** Steps that were lost with workers, plus one for each later claim. The sum with `countSteps` never falls. */
  repeatedSteps: countSchema.default(0),
  /** Note of the last attempt. Earlier versions also stored the notes of the other attempts here. */
  attempts: z.array(attemptNoteSchema),
  /**
   * Number of notes of attempts that handed the batch over. The notes have items of their own, because this one is
   * written at each heartbeat. Absent without notes.
   */
  noteCount: countSchema.optional(),
  notSentReason: notSentReasonSchema.nullable(),
  failure: failureSchema.nullable(),
});
export type BatchRecord = z.infer<typeof batchRecordSchema>;

/** Returns the number of failures in a row after one more failure. The count restarts if the attempt stored samples. */
export function countFailures(batch: Pick<BatchRecord, 'failures' | 'blocks' | 'attempt'>): number {
  const hasStoredSamples = (batch.blocks[String(batch.attempt)] ?? 0) > 0;
  return hasStoredSamples ? 1 : batch.failures + 1;
}

export const credentialRecordSchema = z.object({
  credentialId: idSchema('credential'),
  tenantId: idSchema('tenant'),
  name: z.string(),
  /** Secret that `SecretBox` encrypted, in base64. */
  sealed: z.string(),
  lastFour: z.string().nullable(),
  /** Present for AWS credentials, absent for a plain key. */
  form: z.literal('aws').optional(),
  /** Whether the secret is JSON with several secrets (`TargetSecrets`). Absent for a single key. */
  isBundle: z.boolean().optional(),
  /** The only URL origin that may receive the credential. If absent, any origin may receive the credential. */
  origin: z.string().optional(),
  ephemeral: z.boolean(),
  createdAtMs: atMs,
  expiresAtMs: atMs.nullable(),
});
export type CredentialRecord = z.infer<typeof credentialRecordSchema>;

/** A dataset that a user uploaded, without its text. The id is derived from tenant, kind, and content. */
export const datasetRecordSchema = z.object({
  datasetId: idSchema('dataset'),
  tenantId: idSchema('tenant'),
  name: z.string().nullable(),
  kind: datasetKindSchema,
  /** SHA-256 of the stored text, in hex. */
  sha256: z.string(),
  bytes: countSchema,
  /** Number of prompts, nonblank lines, or trace requests, depending on `kind`. */
  entries: countSchema,
  /** Time in ms from the first to the last entry of a trace. */
  spanMs: z.number().optional(),
  /** How the uploaded file was read. Absent for lines of text, and for datasets of earlier versions. */
  reading: datasetReadingSchema.optional(),
  createdAtMs: atMs,
});
export type DatasetRecord = z.infer<typeof datasetRecordSchema>;

/** Scopes of an API key. `admin` includes all other scopes and allows creating keys for other tenants. */
export const apiScopes = [
  'runs:read',
  'runs:write',
  'runs:prioritize',
  'credentials:read',
  'credentials:write',
  'webhooks:read',
  'webhooks:write',
  'api-keys:read',
  'api-keys:write',
  'admin',
] as const;
export const scopeSchema = z.enum(apiScopes).meta({ id: 'Scope' });
export type ApiScope = (typeof apiScopes)[number];

export const apiKeyRecordSchema = z.object({
  apiKeyId: idSchema('apiKey'),
  tenantId: idSchema('tenant'),
  name: z.string(),
  sha256: z.string(),
  scopes: z.array(scopeSchema),
  createdAtMs: atMs,
  expiresAtMs: atMs.nullable(),
  lastUsedAtMs: atMs.nullable(),
});
export type ApiKeyRecord = z.infer<typeof apiKeyRecordSchema>;

export const idempotencyRecordSchema = z.object({
  tenantId: idSchema('tenant'),
  key: z.string(),
  requestSha256: z.string(),
  /** Id of the resource. It is stored before the resource is created, so that a retry creates the same resource. */
  resourceId: z.string(),
  /** Encrypted secret of a new API key, so that a retry creates the same key. Absent for other resources. */
  sealedSecret: z.string().optional(),
  response: z
    .object({ status: z.number().int(), headers: z.record(z.string(), z.string()), body: z.string() })
    .nullable(),
  expiresAtMs: atMs,
});
export type IdempotencyRecord = z.infer<typeof idempotencyRecordSchema>;
