import type { z } from 'zod';
import { joinSchemas } from './field-kinds.ts';
import { sampleFields } from './sample-fields.ts';

/**
 * The record of one request: raw instants, counts, outcome. Instants are milliseconds (with microsecond digits) on the
 * worker's monotonic clock since `originWallMs` of its batch attempt; metrics are derived from them, never stored.
 */
export const sampleSchema = joinSchemas(sampleFields);
export type Sample = z.infer<typeof sampleSchema>;

export type Usage = NonNullable<Sample['usage']>;

/** Arrival instants (ms, same clock as the sample's) of each output event; stored apart from the sample. */
export type Timeline = { requestIndex: number; outputEventsMs: number[] };
