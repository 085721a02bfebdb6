import { z } from 'zod';
import { countSchema, numberSchema } from '../number-schema.ts';

const ms = z.number().nullable();
const share = numberSchema(0, 1).nullable();

/** Timing precision of a worker during a batch attempt, or the worst of several attempts. Unknown values are null. */
export const disturbanceSchema = z.object({
  startLateMs: ms.describe('Start of the load after the agreed time'),
  slipP99Ms: ms.describe('Start of a request after it was due, excluding the time to open a connection (p99)'),
  errorP50Ms: ms.describe('Measurement error: delay of the timestamps of the reference stream (median)'),
  errorP99Ms: ms.describe('Measurement error: delay of the timestamps of the reference stream (p99)'),
  startErrorP99Ms: ms.describe('Arrival of a request at the reference server after its start timestamp (p99)'),
  errorReads: countSchema.describe('Number of reads of the reference stream that the measurement error is based on'),
  eventLoopDelayP99Ms: ms,
  eventLoopDelayMaxMs: ms,
  longestStallMs: ms
    .default(null)
    .describe(
      'Longest stall of the worker: a time of 50 ms or more in which it could not run, or in which the clock of the machine jumped. 0 if there was none. Null in old reports',
    ),
  gcMaxMs: ms.describe('Longest garbage collection pause of the measuring thread'),
  cpuUse: z.number().nullable().describe('CPU seconds per second of the measuring thread'),
  cpuWaitShare: share.describe('Share of its runnable time that the measuring thread waited for a CPU'),
  cpuStealShare: share.describe('Share of CPU time that the host gave to other machines'),
  machineCpuUse: share
    .default(null)
    .describe("Share of the CPU time of the worker's machine in use by all processes. Null in old reports"),
});
export type Disturbance = z.infer<typeof disturbanceSchema>;

/** Software and location of a worker. If these differ, runs with equal specs can have different results. */
export const workerRuntimeSchema = z
  .object({
    tokenmeterVersion: z.string(),
    nodeVersion: z.string(),
    platform: z.string().describe('Operating system and architecture, as in Node.js'),
    region: z.string().nullable().describe('AWS region of the worker, or null without AWS'),
  })
  .meta({ id: 'WorkerRuntime', description: 'Software and place of a worker' });
export type WorkerRuntime = z.infer<typeof workerRuntimeSchema>;

export const promptDigestSchema = z
  .object({
    count: z.number().int().min(1).describe('Number of prompts, from the first measured one'),
    sha256: z
      .string()
      .describe('SHA-256 of the messages and output limits, each as canonical JSON (RFC 8785) and a line feed'),
  })
  .meta({ id: 'PromptDigest', description: 'Digest of the first prompts. Equal digests mean equal prompts' });
export type PromptDigest = z.infer<typeof promptDigestSchema>;

/** Notes about one batch attempt: start delay, timing precision, and the worker's software and location. */
export const attemptNoteSchema = z.object({
  attempt: countSchema,
  ...disturbanceSchema.shape,
  /** Null if an earlier version of Tokenmeter stored the note. */
  runtime: workerRuntimeSchema.nullable().default(null),
  /** Null for every batch except the first batch of a run. */
  prompts: promptDigestSchema.nullable().default(null),
});
export type AttemptNote = z.infer<typeof attemptNoteSchema>;
