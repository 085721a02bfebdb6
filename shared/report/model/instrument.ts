import { z } from 'zod';
import { disturbanceSchema } from '../../records/disturbance.ts';
import { workerRuntimeSchema } from '../../records/worker-runtime.ts';

const count = z.number().int().min(0);
const ms = z.number().nullable();

export const workerReportSchema = z
  .object({
    batchIndex: z.number().int().min(0),
    attempt: z.number().int().min(1),
    requests: z.number().int().min(0).describe('Measured requests that it started'),
    startLateMs: ms.describe('Start of its load after the instant that the workers had agreed on'),
    slipP50Ms: ms.describe('Start of its requests after they were due: median, p99 and largest'),
    slipP99Ms: ms,
    slipMaxMs: ms,
  })
  .meta({ id: 'WorkerReport', description: 'How well one worker kept to the schedule: one attempt at a batch' });
export type WorkerReport = z.infer<typeof workerReportSchema>;

export const instrumentSchema = z
  .object({
    attempts: count.describe('Of batches that gave an account of themselves'),
    ...disturbanceSchema.shape,
    runtimes: z
      .array(workerRuntimeSchema)
      .default([])
      .describe(
        'With what its workers measured, and where; each once. Empty for an import, and where it was not yet known',
      ),
  })
  .meta({ id: 'InstrumentNote', description: 'How disturbed the measuring was: the worst of all batch attempts' });
