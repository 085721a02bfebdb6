import { computeRequestMetric, listMetricValues } from '../../metrics/request-metrics.ts';
import type { Sample } from '../../sample/sample.ts';
import { tQuantile } from '../../stats/distributions.ts';
import { estimateRatio } from '../../stats/fieller-interval.ts';
import { huberRegression } from '../../stats/huber-regression.ts';
import { mean } from '../../stats/mean.ts';
import {
  type LeastSquaresFault,
  type LeastSquaresFit,
  ordinaryLeastSquares,
} from '../../stats/ordinary-least-squares.ts';
import { thinEvenly } from '../../stats/quantile.ts';
import type { Coefficient, Regression, Regressions, TokenRatio } from '../model/result.ts';

const minRequests = 10;
/** Above this condition number, collinearity makes coefficients unreliable (Belsley, Kuh and Welsch). */
const maxConditionNumber = 30;

type Predictor = 'inputTokens' | 'outputTokens';
type Response = 'e2eLatencyMs' | 'ttftMs';
type Fitted = { regression: Regression; fit: LeastSquaresFit | null };

/**
 * Estimates the time in ms per input and output token of successful requests. Fits the end-to-end latency, e2eLatencyMs
 * = b0 + bIn·inputTokens + bOut·outputTokens, and the prefill, ttftMs = a0 + aIn·inputTokens, and computes bOut/bIn.
 * Uses ordinary least squares with HC3 standard errors and t intervals. A fit that fails has a reason instead.
 */
export function regressLatencies(ok: readonly Sample[]): Regressions {
  const e2e = fitResponse(ok, 'e2eLatencyMs', ['inputTokens', 'outputTokens']);
  const prefill = fitResponse(ok, 'ttftMs', ['inputTokens']);
  return { e2e: e2e.regression, outputToInputRatio: divideCoefficients(e2e), prefill: prefill.regression };
}

function fitResponse(ok: readonly Sample[], response: Response, predictors: readonly Predictor[]): Fitted {
  const names = [response, ...predictors];
  const complete = ok.filter((sample) => names.every((name) => computeRequestMetric(sample, name) !== null));
  const [responses = new Float64Array(0), ...values] = names.map((name) => listMetricValues(complete, name));
  const [inputTokens = null, outputTokens = null] = values.map(findRange);
  const base: Regression = {
    formula: writeFormula(response, predictors),
    basis: 'tokenizer',
    n: complete.length,
    reason: null,
    coefficients: [],
    rSquared: null,
    residualStddevMs: null,
    degreesOfFreedom: null,
    conditionNumber: null,
    robust: null,
    robustReason: 'there is no fit to compare it with',
    ranges: { inputTokens, outputTokens },
  };
  const omitFit = (reason: string) => ({ regression: { ...base, reason }, fit: null });
  if (complete.length < minRequests)
    return omitFit(
      `the fit needs at least ${minRequests} requests with these values, but there are ${complete.length}`,
    );
  const result = ordinaryLeastSquares(responses, values);
  if (!result.ok) return omitFit(explainFault(result.fault, predictors));
  const { fit } = result;
  const { conditionNumber, rSquared, residualStddev: residualStddevMs, degreesOfFreedom } = fit;
  if (conditionNumber > maxConditionNumber) {
    const reason = explainFault({ kind: 'collinear', conditionNumber }, predictors);
    return { regression: { ...base, reason, conditionNumber }, fit: null };
  }
  const coefficients = ['intercept', ...predictors] as const;
  const regression = {
    ...base,
    coefficients: coefficients.map((name, j) => describeCoefficient(fit, name, j, 't, HC3')),
    rSquared,
    residualStddevMs,
    degreesOfFreedom,
    conditionNumber,
    ...fitRobustly(responses, values, fit, coefficients),
  };
  return { regression, fit };
}

function writeFormula(response: Response, predictors: readonly Predictor[]): string {
  const letter = response === 'ttftMs' ? 'a' : 'b';
  const terms = predictors.map((name) => `${letter}${name === 'inputTokens' ? 'In' : 'Out'}·${name}`);
  return `${response} = ${[`${letter}0`, ...terms].join(' + ')}`;
}

/** Computes bOut / bIn. The ratio is null if the data allow bIn = 0, because the ratio then has no bound. */
function divideCoefficients({ regression, fit }: Fitted): TokenRatio {
  const none = { value: null, standardError: null, interval: null, n: regression.n };
  if (fit === null) return { ...none, reason: regression.reason };
  const input = regression.coefficients.find(({ name }) => name === 'inputTokens');
  const ratio = estimateRatio(fit, 2, 1);
  if (input === undefined || ratio === null || ratio.interval === null || input.interval.low <= 0)
    return { ...none, reason: 'the time per input token could be 0 (95 % confidence)' };
  return { ...ratio, n: regression.n, reason: null };
}

function explainFault(fault: LeastSquaresFault, predictors: readonly Predictor[]): string {
  switch (fault.kind) {
    case 'too_few':
      return `the fit needs at least ${fault.needed} requests`;
    case 'constant':
      return `${predictors[fault.predictor]} does not vary, so its effect cannot be separated from the rest`;
    case 'collinear': {
      const number = fault.conditionNumber === null ? 'infinite' : fault.conditionNumber.toFixed(1);
      return `inputTokens and outputTokens vary together (condition number ${number}, over ${maxConditionNumber}), so their effects cannot be separated`;
    }
    case 'leverage':
      return 'a single request determines a coefficient, so its error is unknown';
  }
}

function findRange(values: Float64Array): { min: number; mean: number; max: number } | null {
  const center = mean(values);
  if (center === null) return null;
  const min = values.reduce((least, value) => Math.min(least, value));
  const max = values.reduce((greatest, value) => Math.max(greatest, value));
  return { min, mean: center, max };
}

/** Maximum number of requests in a robust fit. More requests would make the fit slow. */
const maxRows = 5_000;

/**
 * Computes Huber's robust fit. The fit is null with a reason unless outliers move a coefficient by more than half the
 * width of its interval. Uses the narrower of both fits' intervals, because outliers widen the least-squares interval.
 */
function fitRobustly(
  response: Float64Array,
  predictors: readonly Float64Array[],
  fit: LeastSquaresFit,
  names: readonly Coefficient['name'][],
): Pick<Regression, 'robust' | 'robustReason'> {
  const result = huberRegression(
    thinEvenly(response, maxRows),
    predictors.map((column) => thinEvenly(column, maxRows)),
  );
  if (!result.ok) return { robust: null, robustReason: `the robust fit has no result (${result.fault.kind})` };
  const { fit: huber } = result;
  const coefficients = names.map((name, j) => {
    const { standardError, ...coefficient } = describeCoefficient(huber, name, j, 't, Huber');
    const leastSquares = describeCoefficient(fit, name, j, '');
    const half = Math.min(computeHalfWidth(huber, standardError), computeHalfWidth(fit, leastSquares.standardError));
    return { ...coefficient, moved: Math.abs(coefficient.value - leastSquares.value) > half };
  });
  if (!coefficients.some(({ moved }) => moved))
    return { robust: null, robustReason: 'no outlier moves a coefficient by more than the half-width of its interval' };
  const { n, scale, downweighted } = huber;
  return { robust: { method: 'Huber', n, coefficients, scaleMs: scale, downweighted }, robustReason: null };
}

function describeCoefficient(fit: Fit, name: Coefficient['name'], j: number, method: string): Coefficient {
  const value = fit.coefficients[j] ?? 0;
  const standardError = Math.sqrt(Math.max(0, fit.covariance[j]?.[j] ?? 0));
  const half = computeHalfWidth(fit, standardError);
  const unit = name === 'intercept' ? 'ms' : 'ms per token';
  const interval = { level: 0.95, low: value - half, high: value + half, method };
  return { name, unit, value, standardError, interval };
}

type Fit = Pick<LeastSquaresFit, 'coefficients' | 'covariance' | 'degreesOfFreedom'>;

function computeHalfWidth({ degreesOfFreedom }: Fit, standardError: number): number {
  return tQuantile(0.975, degreesOfFreedom) * standardError;
}
