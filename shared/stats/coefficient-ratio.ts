import type { LeastSquaresFit } from './ordinary-least-squares.ts';

/**
 * The ratio of two coefficients of one fit and its standard error by the delta method:
 * Var(a/b) ≈ (Var a − 2r·Cov(a,b) + r²·Var b)/b², r = a/b. Good only while b is many standard errors from 0.
 * Null where b is 0 or there is no such coefficient.
 * @param numerator position in `coefficients` (0 is the intercept)
 */
export function coefficientRatio(
  fit: Pick<LeastSquaresFit, 'coefficients' | 'covariance'>,
  numerator: number,
  denominator: number,
): { value: number; standardError: number } | null {
  const a = fit.coefficients[numerator];
  const b = fit.coefficients[denominator];
  const varianceOfA = fit.covariance[numerator]?.[numerator];
  const covariance = fit.covariance[numerator]?.[denominator];
  const varianceOfB = fit.covariance[denominator]?.[denominator];
  if (a === undefined || b === undefined || b === 0) return null;
  if (varianceOfA === undefined || covariance === undefined || varianceOfB === undefined) return null;
  const value = a / b;
  const variance = (varianceOfA - 2 * value * covariance + value * value * varianceOfB) / (b * b);
  const standardError = Math.sqrt(Math.max(0, variance));
  return Number.isFinite(value) && Number.isFinite(standardError) ? { value, standardError } : null;
}
