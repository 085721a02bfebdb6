import { z } from 'zod';
import { intervalSchema } from '../stats/interval.ts';
import { sortAscending } from '../stats/sort-ascending.ts';
import { type Summary, summarizeSorted, summarySchema } from '../stats/summarize.ts';
import { summaryIntervals, summaryIntervalsSchema } from '../stats/summary-intervals.ts';
import { wilsonInterval } from '../stats/wilson-interval.ts';

export const figureSchema = z
  .object({
    value: z.number().nullable(),
    n: z.number().int().min(0).describe('How many requests the value rests on'),
    reason: z.string().nullable().describe('Why the value is null; null where it is not'),
  })
  .meta({ id: 'Figure', description: 'One number of a report, with how many requests it rests on' });
export type Figure = z.infer<typeof figureSchema>;

export const shareFigureSchema = figureSchema
  .extend({ interval: intervalSchema.nullable().describe('By Wilson; null where the value is') })
  .meta({ id: 'ShareFigure', description: 'A share of requests, with how sure it is' });
export type ShareFigure = z.infer<typeof shareFigureSchema>;

export const statisticsSchema = summarySchema
  .extend({
    reason: z.string().nullable().describe('Why statistics are null; null where none is'),
    intervals: summaryIntervalsSchema
      .nullable()
      .describe('Null where values are not independent of each other, as gaps of the same request are not'),
    quantileError: z
      .number()
      .nullable()
      .describe('Quantiles are from a sketch, each within this share of the exact one; null where they are exact'),
  })
  .meta({ id: 'Statistics', description: 'Statistics of one metric over requests, in the unit of the metric' });
export type Statistics = z.infer<typeof statisticsSchema>;

/** A figure of the value, or of null with the reason where there is no finite value. */
export function figure(value: number | null, n: number, reason: string): Figure {
  return value !== null && Number.isFinite(value) ? { value, n, reason: null } : { value: null, n, reason };
}

/** The share of requests of which something is true, with its Wilson interval. */
export function shareFigure(count: number, n: number, reason: string): ShareFigure {
  return { ...figure(n === 0 ? null : count / n, n, reason), interval: wilsonInterval(count, n) };
}

/**
 * Statistics of the values, which say why where there are none, or only one.
 * @param independent false where several values come from one request: no interval holds then
 */
export function statistics(values: ArrayLike<number>, whyNone: string, options?: { independent: boolean }): Statistics {
  return statisticsInPlace(new Float64Array(values), whyNone, options);
}

/** As `statistics`, of values that nobody else needs: they are sorted where they are, since there may be a million. */
export function statisticsInPlace(values: Float64Array, whyNone: string, { independent = true } = {}): Statistics {
  const sorted = sortAscending(values);
  const summary: Summary = summarizeSorted(sorted);
  const reason = summary.n === 0 ? whyNone : summary.n === 1 ? 'one value has no standard deviation' : null;
  return { ...summary, reason, intervals: independent ? summaryIntervals(sorted) : null, quantileError: null };
}
