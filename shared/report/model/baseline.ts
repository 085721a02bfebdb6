import { z } from 'zod';
import { idSchema } from '../../ids/ids.ts';
import { runComparisonSchema } from './run-comparison.ts';

export const baselineReportSchema = z
  .object({
    runId: idSchema('run'),
    name: z.string().nullable(),
    createdAt: z.iso.datetime().nullable(),
    manifestSha256: z.string().nullable(),
    reportSha256: z.string().nullable().describe('Of its stored report: which numbers this run was held against'),
    reason: z.string().nullable().describe('Why there is no comparison'),
    comparison: runComparisonSchema.nullable(),
  })
  .meta({ id: 'BaselineReport', description: 'The run held against the baseline that its spec names' });
export type BaselineReport = z.infer<typeof baselineReportSchema>;
