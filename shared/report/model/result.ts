import { z } from 'zod';
import { costReportSchema } from '../../cost/build-cost-report.ts';
import { answerChecksSchema } from '../../metrics/check-answers.ts';
import { errorGroupSchema, errorRatesSchema, outcomeCountsSchema } from '../../metrics/count-outcomes.ts';
import { overloadSchema } from '../../metrics/judge/measure-overload.ts';
import { connectionMetricsSchema, failureMetricsSchema, warmupMetricsSchema } from '../../metrics/measure-failures.ts';
import { goodputSchema } from '../../metrics/measure-goodput.ts';
import { tokenCountsSchema } from '../../metrics/measure-token-counts.ts';
import { turnMetricsSchema } from '../../metrics/measure-turns.ts';
import { requestStatisticsSchema } from '../../metrics/request-statistics.ts';
import { intervalSchema } from '../../stats/interval.ts';

const coefficientSchema = z
  .object({
    name: z.enum(['intercept', 'inputTokens', 'outputTokens']).meta({ id: 'CoefficientName' }),
    unit: z.enum(['ms', 'ms per token']).meta({ id: 'CoefficientUnit' }),
    value: z.number(),
    standardError: z.number().describe('Heteroscedasticity-robust (HC3)'),
    interval: intervalSchema,
  })
  .meta({ id: 'Coefficient', description: 'One coefficient of a regression' });
export type Coefficient = z.infer<typeof coefficientSchema>;

const robustFitSchema = z
  .object({
    method: z.literal('Huber'),
    n: z.number().int().describe('Number of requests; very large runs are sampled evenly'),
    coefficients: z.array(
      coefficientSchema.omit({ standardError: true }).extend({
        moved: z.boolean().describe('Least squares is farther away than half the width of either interval'),
      }),
    ),
    scaleMs: z.number().describe('Scale of the residuals: their median absolute value / 0.6745'),
    downweighted: z.number().int().describe('Requests farther than 1.345 scales from the plane (18 % if normal)'),
  })
  .meta({ id: 'RobustFit', description: 'The same regression with Huber weights, which limit the effect of outliers' });
export type RobustFit = z.infer<typeof robustFitSchema>;

const number = z.number().nullable();
const range = z.object({ min: z.number(), mean: z.number(), max: z.number() });

export const regressionSchema = z
  .object({
    formula: z.string(),
    basis: z.literal('tokenizer'),
    n: z.number().int().min(0),
    reason: z.string().nullable().describe('Why there are no coefficients; otherwise null'),
    coefficients: z.array(coefficientSchema).describe('Empty if not reported'),
    rSquared: number,
    residualStddevMs: number,
    degreesOfFreedom: z.number().int().nullable(),
    conditionNumber: number.describe('Of the centered, unit-length predictors; no coefficients are reported above 30'),
    robust: robustFitSchema.nullable().describe('Null unless outliers move a coefficient by more than its interval'),
    robustReason: z.string().nullable().describe('Why the robust fit is missing; otherwise null'),
    ranges: z.object({ inputTokens: range.nullable(), outputTokens: range.nullable() }),
  })
  .meta({ id: 'Regression', description: 'Ordinary least squares over the successful measured requests' });
export type Regression = z.infer<typeof regressionSchema>;

const tokenRatioSchema = z
  .object({
    value: number,
    standardError: number.describe('Delta method'),
    interval: intervalSchema.nullable().describe('Fieller interval of a ratio; not symmetric'),
    n: z.number().int().min(0),
    reason: z.string().nullable().describe('Why the value is null; otherwise null'),
  })
  .meta({ id: 'TokenRatio', description: 'Number of input tokens that add as much time as one output token' });
export type TokenRatio = z.infer<typeof tokenRatioSchema>;

const regressionsSchema = z.object({
  e2e: regressionSchema,
  outputToInputRatio: tokenRatioSchema,
  prefill: regressionSchema,
});
export type Regressions = z.infer<typeof regressionsSchema>;

/** Results of a set of requests: of one stage, or of all stages of a target. */
export const resultSchema = z.object({
  counts: outcomeCountsSchema,
  ...errorRatesSchema.shape,
  errors: z.array(errorGroupSchema).describe('The twenty largest groups of failures'),
  requests: requestStatisticsSchema,
  failures: failureMetricsSchema,
  ...goodputSchema.shape,
  ...overloadSchema.shape,
  answers: answerChecksSchema,
  tokens: tokenCountsSchema,
  turns: z.array(turnMetricsSchema).describe('Metrics per turn of a conversation, in order; empty for other workloads'),
  connections: connectionMetricsSchema,
  regressions: regressionsSchema,
  cost: costReportSchema,
  warmup: warmupMetricsSchema,
  warnings: z.array(z.string()).describe('Limits to consider when interpreting these numbers'),
});
export type Result = z.infer<typeof resultSchema>;
