import { z } from 'zod';
import { sweepOverSchema } from '../../load/modes/sweep/sweep.ts';
import { findingSchema } from '../../load/parts/search-load.ts';
import { trustSchema } from './judgement.ts';

export const sweepReportSchema = z
  .object({
    targetId: z.string(),
    over: sweepOverSchema,
    find: z
      .enum(['knee', 'slo'])
      .meta({ id: 'SweepReportFind' })
      .nullable()
      .describe('Goal of the search; null for given levels'),
    levels: z
      .array(
        z.object({
          stageIndex: z.number().int().min(0),
          value: z.number().describe('Concurrency, or requests per second'),
          requestsPerSecond: z
            .number()
            .nullable()
            .describe('Good requests per second in the steady window, or else in the full window'),
          isMet: z
            .boolean()
            .nullable()
            .describe('Whether the level meets the SLOs; null without SLOs, or if no request was sent'),
          trust: trustSchema.describe(
            'Trust in this level alone. The trust of the run ignores levels that a search only passed',
          ),
        }),
      )
      .describe('Levels in ascending order of load'),
    finding: findingSchema.extend({ statement: z.string() }).nullable(),
  })
  .meta({ id: 'SweepReport', description: 'Levels of a sweep of one target, and the result of its search' });
export type SweepReport = z.infer<typeof sweepReportSchema>;
