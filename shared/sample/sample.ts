import type { z } from 'zod';
import { joinSchemas } from './field-kinds.ts';
import type { NotSentReason } from './outcome.ts';
import { sampleFields } from './sample-fields.ts';

/**
 * The record of one request: raw timestamps, counts, outcome. Timestamps are milliseconds (with microsecond digits) on
 * the worker's monotonic clock since `originWallMs` of the batch attempt. Metrics are derived from them and never
 * stored.
 */
export const sampleSchema = joinSchemas(sampleFields);
export type Sample = z.infer<typeof sampleSchema>;

export type Usage = NonNullable<Sample['usage']>;

/** Arrival time of each output event in ms, on the clock of the sample. Stored separately. */
export type Timeline = { requestIndex: number; outputEventsMs: number[] };

const emptyFields = Object.entries(sampleFields)
  .map(([name, field]) => [name, 'empty' in field ? field.empty : null])
  .filter(([, empty]) => empty !== undefined);

// `fromEntries` loses the names. Spreading creates an object in V8's fast mode, which its copies inherit.
const emptySample = { ...Object.fromEntries(emptyFields) } as Sample;

/** Creates a sample from known fields; all others have the values of a request that was never sent. */
export function createSample(known: Partial<Sample>): Sample {
  return { ...emptySample, ...known };
}

/** Creates the sample of a request that no worker sent. */
export function createUnsentSample(
  requestIndex: number,
  warmup: boolean,
  batchIndex: number,
  notSentReason: NotSentReason,
): Sample {
  return createSample({ requestIndex, warmup, batchIndex, notSentReason });
}
