import { z } from 'zod';
import { sampleFields } from './sample-fields.ts';

type Shape = { [K in keyof typeof sampleFields]: (typeof sampleFields)[K]['schema'] };

/**
 * The record of one request: raw instants, counts, outcome. Instants are milliseconds (with microsecond digits) on the
 * worker's monotonic clock since `originWallMs` of its batch attempt; metrics are derived from them, never stored.
 */
export const sampleSchema = z.object(
  // `fromEntries` forgets the names.
  Object.fromEntries(Object.entries(sampleFields).map(([name, { schema }]) => [name, schema])) as Shape,
);
export type Sample = z.infer<typeof sampleSchema>;

export type Usage = NonNullable<Sample['usage']>;

/** Arrival instants (ms, same clock as the sample's) of each output event; stored apart from the sample. */
export type Timeline = { requestIndex: number; outputEventsMs: number[] };
