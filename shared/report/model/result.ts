import { z } from 'zod';
import { costReportSchema } from '../../cost/build-cost-report.ts';
import { answerChecksSchema } from '../../metrics/check-answers.ts';
import { outcomeCountsSchema } from '../../metrics/count-outcomes.ts';
import { errorGroupSchema } from '../../metrics/group-errors.ts';
import { overloadSchema } from '../../metrics/judge/measure-overload.ts';
import { connectionMetricsSchema } from '../../metrics/measure-connections.ts';
import { errorRatesSchema } from '../../metrics/measure-error-rates.ts';
import { failureMetricsSchema } from '../../metrics/measure-failures.ts';
import { goodputSchema } from '../../metrics/measure-goodput.ts';
import { tokenCountsSchema } from '../../metrics/measure-token-counts.ts';
import { turnMetricsSchema } from '../../metrics/measure-turns.ts';
import { warmupMetricsSchema } from '../../metrics/measure-warmup.ts';
import { requestStatisticsSchema } from '../../metrics/request-statistics.ts';
import { regressionsSchema } from './regression.ts';

/** What is told of a set of requests: of one stage, or of all stages of a target. */
export const resultSchema = z.object({
  counts: outcomeCountsSchema,
  ...errorRatesSchema.shape,
  errors: z.array(errorGroupSchema).describe('The largest groups of failures, twenty at most'),
  requests: requestStatisticsSchema,
  failures: failureMetricsSchema,
  ...goodputSchema.shape,
  ...overloadSchema.shape,
  answers: answerChecksSchema,
  tokens: tokenCountsSchema,
  turns: z.array(turnMetricsSchema).describe('Of conversations, in order; empty for any other workload'),
  connections: connectionMetricsSchema,
  regressions: regressionsSchema,
  cost: costReportSchema,
  warmup: warmupMetricsSchema,
  warnings: z.array(z.string()).describe('What to keep in mind when reading these numbers'),
});
export type Result = z.infer<typeof resultSchema>;
