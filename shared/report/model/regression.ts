import { z } from 'zod';
import { intervalSchema } from '../../stats/interval.ts';

const coefficientNames = ['intercept', 'inputTokens', 'outputTokens'] as const;

export const coefficientSchema = z
  .object({
    name: z.enum(coefficientNames),
    unit: z.enum(['ms', 'ms per token']),
    value: z.number(),
    standardError: z.number().describe('Heteroscedasticity-robust (HC3)'),
    interval: intervalSchema,
  })
  .meta({ id: 'Coefficient', description: 'One coefficient of a regression' });
export type Coefficient = z.infer<typeof coefficientSchema>;

export const robustFitSchema = z
  .object({
    method: z.literal('Huber'),
    n: z.number().int().describe('Of very many requests evenly chosen ones'),
    coefficients: z.array(
      z.object({
        name: z.enum(coefficientNames),
        unit: z.enum(['ms', 'ms per token']),
        value: z.number(),
        interval: intervalSchema,
        moved: z.boolean().describe('Least squares lies farther away than the half-width of either interval'),
      }),
    ),
    scaleMs: z.number().describe('Spread of the residuals: their median absolute value / 0.6745'),
    downweighted: z.number().int().describe('Requests farther than 1.345 scales from the plane: of normal errors 18 %'),
  })
  .meta({ id: 'RobustFit', description: 'The same plane where outliers count by their size, not its square' });
export type RobustFit = z.infer<typeof robustFitSchema>;

const range = z.object({ min: z.number(), mean: z.number(), max: z.number() });

export const regressionSchema = z
  .object({
    formula: z.string(),
    basis: z.literal('tokenizer'),
    n: z.number().int().min(0),
    reason: z.string().nullable().describe('Why there are no coefficients; null where there are'),
    coefficients: z.array(coefficientSchema).describe('Empty where withheld'),
    rSquared: z.number().nullable(),
    residualStddevMs: z.number().nullable(),
    degreesOfFreedom: z.number().int().nullable(),
    conditionNumber: z
      .number()
      .nullable()
      .describe('Of the centered, unit-length predictors: 1 where uncorrelated; withheld beyond 30'),
    robust: robustFitSchema
      .nullable()
      .describe('Where outliers move a coefficient by more than its interval; else null'),
    robustReason: z.string().nullable().describe('Why there is no robust fit; null where there is one'),
    ranges: z.object({ inputTokens: range.nullable(), outputTokens: range.nullable() }),
  })
  .meta({ id: 'Regression', description: 'Ordinary least squares over the measured requests that are ok' });
export type Regression = z.infer<typeof regressionSchema>;

export const tokenRatioSchema = z
  .object({
    value: z.number().nullable(),
    standardError: z.number().nullable().describe('Delta method'),
    interval: intervalSchema.nullable().describe('By Fieller: of a ratio, not symmetric'),
    n: z.number().int().min(0),
    reason: z.string().nullable().describe('Why the value is null; null where it is not'),
  })
  .meta({ id: 'TokenRatio', description: 'How many input tokens cost as much time as one output token' });
export type TokenRatio = z.infer<typeof tokenRatioSchema>;

export const regressionsSchema = z.object({
  e2e: regressionSchema,
  outputToInputRatio: tokenRatioSchema,
  prefill: regressionSchema,
});
export type Regressions = z.infer<typeof regressionsSchema>;
