import type { z } from 'zod';
import { joinSchemas } from './field-kinds.ts';
import type { NotSentReason } from './outcome.ts';
import { sampleFields } from './sample-fields.ts';

/**
 * Schema of a sample: one request's raw timestamps, counts, and outcome. Timestamps are in ms (with microsecond digits)
 * since `originWallMs` of the batch attempt, measured with the worker's monotonic clock. Metrics are computed when
 * needed and never stored.
 */
export const sampleSchema = joinSchemas(sampleFields);
export type Sample = z.infer<typeof sampleSchema>;

export type Usage = NonNullable<Sample['usage']>;

/** Arrival times of a request's output events in ms, with the same time origin as the sample. Stored separately. */
export type Timeline = { requestIndex: number; outputEventsMs: number[] };

const emptyFields = Object.entries(sampleFields)
  .map(([name, field]) => [name, 'empty' in field ? field.empty : null])
  .filter(([, empty]) => empty !== undefined);

// Spreading creates an object in V8's fast mode, and copies of it are also fast. `Object.fromEntries` loses the type.
const emptySample = { ...Object.fromEntries(emptyFields) } as Sample;

/** Creates a sample from known fields. All other fields have the values of a request that was never sent. */
export function createSample(known: Partial<Sample>): Sample {
  return { ...emptySample, ...known };
}

/** Creates the sample of a planned request that no worker sent. */
export function createUnsentSample(
  requestIndex: number,
  warmup: boolean,
  batchIndex: number,
  notSentReason: NotSentReason,
): Sample {
  return createSample({ requestIndex, warmup, batchIndex, notSentReason });
}
