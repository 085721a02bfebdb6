import { tQuantile } from '../../stats/distributions.ts';
import { huberRegression } from '../../stats/huber-regression.ts';
import type { LeastSquaresFit } from '../../stats/ordinary-least-squares.ts';
import { thinEvenly } from '../../stats/quantile.ts';
import type { Coefficient, RobustFit } from '../model/result.ts';

type RobustOutcome = { robust: RobustFit | null; robustReason: string | null };

/** More rows only make the fit slower: this many give it to a few per mille of its scale. */
const maxRows = 5_000;

/**
 * Computes Huber's fit. Null, with the reason, unless outliers move a coefficient by more than the half-width of its interval
 * (the narrower of both fits, because outliers widen the interval of least squares).
 * @param names of the coefficients, intercept first
 */
export function fitRobustly(
  response: Float64Array,
  predictors: readonly Float64Array[],
  fit: LeastSquaresFit,
  names: readonly Coefficient['name'][],
): RobustOutcome {
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

export function describeCoefficient(fit: Fit, name: Coefficient['name'], j: number, method: string): Coefficient {
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
