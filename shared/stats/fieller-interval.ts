import { tQuantile } from './distributions.ts';
import type { LeastSquaresFit } from './ordinary-least-squares.ts';

/**
 * The ratios that are consistent with the data. `bounded`: all from `low` to `high`. `unbounded`: all ratios up to
 * `atMost` and all from `atLeast`, because the denominator may be 0. `everything`: all ratios.
 */
export type FiellerSet =
  | { kind: 'bounded'; level: number; low: number; high: number }
  | { kind: 'unbounded'; level: number; atMost: number; atLeast: number }
  | { kind: 'everything'; level: number };

type Coefficients = Pick<LeastSquaresFit, 'coefficients' | 'covariance'>;

/**
 * Computes the confidence set for the ratio a/b of two coefficients of one fit (E. C. Fieller, JRSS B 16, 1954): all r
 * with (a − r·b)² ≤ t²·(Var a − 2r·Cov(a, b) + r²·Var b). The set is valid even if b is close to 0. Returns null if a
 * coefficient is missing.
 * @param numerator position in `coefficients` (0 is the intercept)
 */
export function fiellerInterval(
  fit: Coefficients & Pick<LeastSquaresFit, 'degreesOfFreedom'>,
  numerator: number,
  denominator: number,
  level = 0.95,
): FiellerSet | null {
  const pair = readPair(fit, numerator, denominator);
  if (pair === null) return null;
  const { a, b, varianceOfA, covariance, varianceOfB } = pair;
  const t = tQuantile((1 + level) / 2, fit.degreesOfFreedom);
  const square = b * b - t * t * varianceOfB;
  const linear = a * b - t * t * covariance;
  const constant = a * a - t * t * varianceOfA;
  const discriminant = linear * linear - square * constant;
  // Solves square·r² − 2·linear·r + constant ≤ 0 for r.
  if (square === 0 || (square < 0 && discriminant <= 0)) return { kind: 'everything', level };
  // Computes the larger root first, and the other root from the product of both, which avoids cancellation.
  const q = linear + (linear < 0 ? -1 : 1) * Math.sqrt(Math.max(0, discriminant));
  const roots = q === 0 ? [0, 0] : [q / square, constant / q];
  const low = Math.min(...roots);
  const high = Math.max(...roots);
  return square > 0 ? { kind: 'bounded', level, low, high } : { kind: 'unbounded', level, atMost: low, atLeast: high };
}

/**
 * Computes the ratio r = a/b of two coefficients and its standard error by the delta method: Var r ≈ (Var a − 2r·Cov(a,
 * b) + r²·Var b)/b². Valid if b is many standard errors from 0. Returns null if b is 0 or a coefficient is missing.
 */
export function coefficientRatio(
  fit: Coefficients,
  numerator: number,
  denominator: number,
): { value: number; standardError: number } | null {
  const pair = readPair(fit, numerator, denominator);
  if (pair === null || pair.b === 0) return null;
  const { a, b, varianceOfA, covariance, varianceOfB } = pair;
  const value = a / b;
  const variance = (varianceOfA - 2 * value * covariance + value * value * varianceOfB) / (b * b);
  const standardError = Math.sqrt(Math.max(0, variance));
  return Number.isFinite(value) && Number.isFinite(standardError) ? { value, standardError } : null;
}

function readPair({ coefficients, covariance: matrix }: Coefficients, numerator: number, denominator: number) {
  const [a, b] = [coefficients[numerator], coefficients[denominator]];
  const varianceOfA = matrix[numerator]?.[numerator];
  const covariance = matrix[numerator]?.[denominator];
  const varianceOfB = matrix[denominator]?.[denominator];
  if (a === undefined || b === undefined) return null;
  if (varianceOfA === undefined || covariance === undefined || varianceOfB === undefined) return null;
  return { a, b, varianceOfA, covariance, varianceOfB };
}
