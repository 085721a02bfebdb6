import { z } from 'zod';
import { type Summary, summarize, summarySchema } from '../stats/summarize.ts';

export const figureSchema = z
  .object({
    value: z.number().nullable(),
    n: z.number().int().min(0).describe('How many requests the value rests on'),
    reason: z.string().nullable().describe('Why the value is null; null where it is not'),
  })
  .meta({ id: 'Figure', description: 'One number of a report, with how many requests it rests on' });
export type Figure = z.infer<typeof figureSchema>;

export const statisticsSchema = summarySchema
  .extend({ reason: z.string().nullable().describe('Why statistics are null; null where none is') })
  .meta({ id: 'Statistics', description: 'Statistics of one metric over requests, in the unit of the metric' });
export type Statistics = z.infer<typeof statisticsSchema>;

/** A figure of the value, or of null with the reason where there is no finite value. */
export function figure(value: number | null, n: number, reason: string): Figure {
  return value !== null && Number.isFinite(value) ? { value, n, reason: null } : { value: null, n, reason };
}

/** Statistics of the values, which say why where there are none, or only one. */
export function statistics(values: ArrayLike<number>, whyNone: string): Statistics {
  const summary: Summary = summarize(values);
  const reason = summary.n === 0 ? whyNone : summary.n === 1 ? 'one value has no standard deviation' : null;
  return { ...summary, reason };
}
