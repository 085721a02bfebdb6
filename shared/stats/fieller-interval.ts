import { tQuantile } from './distributions.ts';
import type { Interval } from './interval.ts';
import type { LeastSquaresFit } from './ordinary-least-squares.ts';

export type RatioEstimate = { value: number; standardError: number; interval: Interval | null };

/**
 * Estimates the ratio r = a/b of two coefficients of one fit. The standard error uses the delta method: Var r ≈ (Var a −
 * 2r·Cov(a, b) + r²·Var b)/b². The interval is Fieller's (E. C. Fieller, JRSS B 16, 1954): all r with (a − r·b)² ≤
 * t²·(Var a − 2r·Cov(a, b) + r²·Var b). The interval is null if b may be 0, because the ratio then has no bound.
 * Returns null if b is 0 or a coefficient is missing.
 * @param numerator position in `coefficients` (0 is the intercept)
 */
export function estimateRatio(
  {
    coefficients,
    covariance,
    degreesOfFreedom,
  }: Pick<LeastSquaresFit, 'coefficients' | 'covariance' | 'degreesOfFreedom'>,
  numerator: number,
  denominator: number,
  level = 0.95,
): RatioEstimate | null {
  const getCovariance = (i: number, j: number) => covariance[i]?.[j] ?? Number.NaN;
  const [a = Number.NaN, b = Number.NaN] = [coefficients[numerator], coefficients[denominator]];
  const [varianceOfA, varianceOfB] = [getCovariance(numerator, numerator), getCovariance(denominator, denominator)];
  const both = getCovariance(numerator, denominator);
  const value = a / b;
  const standardError = Math.sqrt(Math.max(0, varianceOfA - 2 * value * both + value * value * varianceOfB) / (b * b));
  if (!Number.isFinite(value) || !Number.isFinite(standardError)) return null;
  const t = tQuantile((1 + level) / 2, degreesOfFreedom);
  const square = b * b - t * t * varianceOfB;
  if (square <= 0) return { value, standardError, interval: null };
  const linear = a * b - t * t * both;
  const constant = a * a - t * t * varianceOfA;
  // Solves square·r² − 2·linear·r + constant ≤ 0 for r. Computes the larger root first, and derives the other root from
  // the product of both roots to avoid cancellation.
  const q = linear + (linear < 0 ? -1 : 1) * Math.sqrt(Math.max(0, linear * linear - square * constant));
  const roots = q === 0 ? [0, 0] : [q / square, constant / q];
  const interval = { level, low: Math.min(...roots), high: Math.max(...roots), method: 't, Fieller' };
  return { value, standardError, interval };
}
