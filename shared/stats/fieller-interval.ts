import type { LeastSquaresFit } from './ordinary-least-squares.ts';
import { tQuantile } from './t-quantile.ts';

/**
 * Fieller's set: all ratios that the data do not refuse.
 * `bounded`: from low to high. `unbounded`: the denominator may be 0, so the ratio may be as large as one likes, to either
 * side: at most `atMost` or at least `atLeast` (two rays). `everything`: no ratio at all is refused.
 */
export type FiellerSet =
  | { kind: 'bounded'; level: number; low: number; high: number }
  | { kind: 'unbounded'; level: number; atMost: number; atLeast: number }
  | { kind: 'everything'; level: number };

/**
 * The confidence set of the ratio a/b of two coefficients of one fit (E. C. Fieller, JRSS B 16, 1954): the r for which
 * a − r·b cannot be told from 0, (a − r·b)² ≤ t²·(Var a − 2r·Cov(a, b) + r²·Var b). Unlike the delta method it is right
 * also where b is not many standard errors from 0. Null where there is no such coefficient.
 * @param numerator position in `coefficients` (0 is the intercept)
 */
export function fiellerInterval(
  fit: Pick<LeastSquaresFit, 'coefficients' | 'covariance' | 'degreesOfFreedom'>,
  numerator: number,
  denominator: number,
  level = 0.95,
): FiellerSet | null {
  const a = fit.coefficients[numerator];
  const b = fit.coefficients[denominator];
  const varianceOfA = fit.covariance[numerator]?.[numerator];
  const covariance = fit.covariance[numerator]?.[denominator];
  const varianceOfB = fit.covariance[denominator]?.[denominator];
  if (a === undefined || b === undefined) return null;
  if (varianceOfA === undefined || covariance === undefined || varianceOfB === undefined) return null;
  const t = tQuantile((1 + level) / 2, fit.degreesOfFreedom);
  const square = b * b - t * t * varianceOfB;
  const linear = a * b - t * t * covariance;
  const constant = a * a - t * t * varianceOfA;
  const discriminant = linear * linear - square * constant;
  // square·r² − 2·linear·r + constant ≤ 0
  if (square === 0 || (square < 0 && discriminant <= 0)) return { kind: 'everything', level };
  // The root of larger size first, and the other by the product of both: no digits are lost to cancellation.
  const q = linear + (linear < 0 ? -1 : 1) * Math.sqrt(Math.max(0, discriminant));
  const roots = q === 0 ? [0, 0] : [q / square, constant / q];
  const low = Math.min(...roots);
  const high = Math.max(...roots);
  return square > 0 ? { kind: 'bounded', level, low, high } : { kind: 'unbounded', level, atMost: low, atLeast: high };
}
