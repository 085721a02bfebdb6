import { z } from 'zod';

const load = z.number().nullable();

const findingSchema = z.object({
  value: load.describe('The knee, or the highest load that meets the SLOs; null where there is none'),
  low: load.describe(
    'slo: the highest measured load that meets them. knee: the highest one up to which throughput is within 10 % of in proportion to the load',
  ),
  high: load.describe(
    'slo: the lowest measured load above it that does not. knee: the lowest one from which throughput is within 10 % of its highest',
  ),
  reason: z.string().nullable().describe('Why there is no value, or no bound above it'),
  statement: z.string(),
});

export const sweepReportSchema = z
  .object({
    targetId: z.string(),
    over: z.enum(['concurrency', 'rate']),
    find: z.enum(['knee', 'slo']).nullable().describe('What was searched for; null where the levels were given'),
    levels: z
      .array(
        z.object({
          stageIndex: z.number().int().min(0),
          value: z.number().describe('Streams, or requests per second'),
          requestsPerSecond: z
            .number()
            .nullable()
            .describe('Good requests per second in the steady window, or in the full one without it'),
          isMet: z.boolean().nullable().describe('Whether it meets the SLOs; null without any'),
          trust: z
            .object({ result: z.enum(['ok', 'suspect']), reasons: z.array(z.string()) })
            .describe('Of this level alone; the trust of the run leaves out what a search only passed on its way'),
        }),
      )
      .describe('By load'),
    finding: findingSchema.nullable(),
  })
  .meta({ id: 'SweepReport', description: 'The levels of a sweep of one target, and what its search has found' });
export type SweepReport = z.infer<typeof sweepReportSchema>;
