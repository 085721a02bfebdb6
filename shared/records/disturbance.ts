import { z } from 'zod';
import { countSchema, numberSchema } from '../number-schema.ts';

const ms = z.number().nullable();
const share = numberSchema(0, 1).nullable();

/** What a batch attempt, or the worst of several, says of how far its instrument can be believed; null: not known. */
export const disturbanceSchema = z.object({
  startLateMs: ms.describe('Start of the load after the agreed instant'),
  slipP99Ms: ms.describe('Start of a request after it was due, less what opening a connection for it took'),
  errorP50Ms: ms.describe('Error bar: how late the arrivals of the reference stream were stamped, median'),
  errorP99Ms: ms.describe('The same, p99'),
  startErrorP99Ms: ms.describe('Receipt of a request by the reference server after its start as stamped, p99'),
  errorReads: countSchema.describe('Arrivals of the reference stream: what the error bar rests on'),
  eventLoopDelayP99Ms: ms,
  eventLoopDelayMaxMs: ms,
  gcMaxMs: ms.describe('Longest pause of the garbage collector of the measuring thread'),
  cpuUse: z.number().nullable().describe('CPU seconds per second of the measuring thread'),
  cpuWaitShare: share.describe('Of the time in which the measuring thread could run, what it waited for a CPU'),
  cpuStealShare: share.describe('CPU time that the host of the machine gave to others'),
  machineCpuUse: share
    .default(null)
    .describe(
      "Of all CPU time of the worker's machine, what was in use, by whomever; null, too, in notes of before it was known",
    ),
});
export type Disturbance = z.infer<typeof disturbanceSchema>;
