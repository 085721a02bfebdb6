import { computeRequestMetric, listMetricValues } from '../../metrics/request-metrics.ts';
import type { Sample } from '../../sample/sample.ts';
import { coefficientRatio, fiellerInterval } from '../../stats/fieller-interval.ts';
import { mean } from '../../stats/mean.ts';
import {
  type LeastSquaresFault,
  type LeastSquaresFit,
  ordinaryLeastSquares,
} from '../../stats/ordinary-least-squares.ts';
import type { Regression, Regressions, TokenRatio } from '../model/result.ts';
import { describeCoefficient, fitRobustly } from './robust-fit.ts';

const minRequests = 10;
/** Belsley, Kuh and Welsch: beyond 30, collinearity does harm. */
const maxConditionNumber = 30;

type Predictor = 'inputTokens' | 'outputTokens';
type Fitted = { regression: Regression; fit: LeastSquaresFit | null };

/**
 * What input and output tokens cost in time, by ordinary least squares with HC3 standard errors and t intervals:
 * e2eLatencyMs = b0 + bIn·inputTokens + bOut·outputTokens, bOut/bIn, and the prefill ttftMs = a0 + aIn·inputTokens.
 * A fit that the data do not identify is withheld, with the reason.
 * @param ok the samples that are ok
 */
export function regressLatencies(ok: readonly Sample[]): Regressions {
  const e2e = fitResponse(ok, 'e2eLatencyMs', ['inputTokens', 'outputTokens']);
  const prefill = fitResponse(ok, 'ttftMs', ['inputTokens']);
  return { e2e: e2e.regression, outputToInputRatio: divideCoefficients(e2e), prefill: prefill.regression };
}

function fitResponse(
  ok: readonly Sample[],
  response: 'e2eLatencyMs' | 'ttftMs',
  predictors: readonly Predictor[],
): Fitted {
  const names = [response, ...predictors];
  const complete = ok.filter((sample) => names.every((name) => computeRequestMetric(sample, name) !== null));
  const columns = new Map(names.map((name) => [name, listMetricValues(complete, name)]));
  const column = (name: Predictor | typeof response) => columns.get(name) ?? new Float64Array(0);
  const values = predictors.map(column);
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
    robustReason: 'there is no fit to hold it against',
    ranges: { inputTokens: findRange(column('inputTokens')), outputTokens: null },
  };
  if (predictors.includes('outputTokens')) base.ranges.outputTokens = findRange(column('outputTokens'));
  if (complete.length < minRequests) {
    const withheld = `${complete.length} of at least ${minRequests} requests have what it needs`;
    return { regression: { ...base, reason: withheld }, fit: null };
  }
  const result = ordinaryLeastSquares(column(response), values);
  if (!result.ok) return { regression: { ...base, reason: explain(result.fault, predictors) }, fit: null };
  const { fit } = result;
  const coefficients = ['intercept', ...predictors] as const;
  const { conditionNumber } = fit;
  if (conditionNumber > maxConditionNumber) {
    const withheld = explain({ kind: 'collinear', conditionNumber }, predictors);
    return { regression: { ...base, reason: withheld, conditionNumber }, fit: null };
  }
  const regression = {
    ...base,
    coefficients: coefficients.map((name, j) => describeCoefficient(fit, name, j, 't, HC3')),
    rSquared: fit.rSquared,
    residualStddevMs: fit.residualStddev,
    degreesOfFreedom: fit.degreesOfFreedom,
    conditionNumber,
    ...fitRobustly(column(response), values, fit, coefficients),
  };
  return { regression, fit };
}

function writeFormula(response: 'e2eLatencyMs' | 'ttftMs', predictors: readonly Predictor[]): string {
  const letter = response === 'ttftMs' ? 'a' : 'b';
  const terms = predictors.map((name) => `${letter}${name === 'inputTokens' ? 'In' : 'Out'}·${name}`);
  return `${response} = ${[`${letter}0`, ...terms].join(' + ')}`;
}

/** bOut / bIn; withheld where bIn may be 0: the ratio then has no bound. */
function divideCoefficients({ regression, fit }: Fitted): TokenRatio {
  const none = { value: null, standardError: null, interval: null, n: regression.n };
  if (fit === null) return { ...none, reason: regression.reason };
  const input = regression.coefficients.find(({ name }) => name === 'inputTokens');
  const ratio = coefficientRatio(fit, 2, 1);
  const set = fiellerInterval(fit, 2, 1);
  if (input === undefined || ratio === null || set?.kind !== 'bounded' || input.interval.low <= 0)
    return {
      ...none,
      reason: 'the time that an input token adds is not above 0 at 95 %: the ratio has no bound',
    };
  const { level, low, high } = set;
  return { ...ratio, interval: { level, low, high, method: 't, Fieller' }, n: regression.n, reason: null };
}

function explain(fault: LeastSquaresFault, predictors: readonly Predictor[]): string {
  switch (fault.kind) {
    case 'too_few':
      return `it needs at least ${fault.needed} requests`;
    case 'constant':
      return `${predictors[fault.predictor]} does not vary: its share cannot be told from the rest`;
    case 'collinear': {
      const number = fault.conditionNumber === null ? 'infinite' : fault.conditionNumber.toFixed(1);
      return `inputTokens and outputTokens vary together (condition number ${number}, over ${maxConditionNumber}): their shares cannot be told apart`;
    }
    case 'leverage':
      return 'one request alone decides a coefficient: nothing tells its error';
  }
}

function findRange(values: Float64Array): { min: number; mean: number; max: number } | null {
  const center = mean(values);
  if (center === null) return null;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, mean: center, max };
}
