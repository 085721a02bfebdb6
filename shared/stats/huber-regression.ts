import { inverse, Matrix } from 'ml-matrix';
import { normalQuantile } from './distributions.ts';
import { requireFinite } from './mean.ts';
import { quantile } from './quantile.ts';
import {
  center,
  computeResiduals,
  type DesignFault,
  dot,
  fitSlopes,
  fitWeightedSlopes,
  standardizeDesign,
} from './standardize-design.ts';

export type HuberFit = {
  n: number;
  degreesOfFreedom: number;
  /** The intercept, followed by the coefficient of each predictor. */
  coefficients: number[];
  /** Huber's asymptotic covariance with his correction for small n (H1). Assumes errors of constant variance. */
  covariance: number[][];
  /** Robust estimate of the residuals' standard deviation: the median absolute residual / 0.6745. */
  scale: number;
  /** Number of observations with a weight below 1: their residuals exceed 1.345 · `scale`. */
  downweighted: number;
};

export type HuberResult = { ok: true; fit: HuberFit } | { ok: false; fault: DesignFault | { kind: 'not_settled' } };

/** With this tuning constant, the fit is 95 % as efficient as least squares if the errors are normal. */
const tuning = 1.345;
const maxIterations = 500;
const settled = 1e-13;

/**
 * Fits response = c0 + Σ cj·predictor_j with Huber's M-estimator, on which a few extreme responses have little effect
 * (P. J. Huber, Ann. Statist. 1, 1973). Iterates until convergence, like the default of statsmodels' RLM. Extreme
 * predictor values still affect the fit.
 * @param predictors each as long as the response; all values finite
 */
export function huberRegression(response: Float64Array, predictors: readonly Float64Array[]): HuberResult {
  requireFinite(response);
  const standardized = standardizeDesign(response.length, predictors);
  if (!standardized.ok) return standardized;
  const { z, toOwnUnits } = standardized.design;
  const y = center(response);
  let coefficients = [0, ...fitSlopes(y.deviations, standardized.design).slopes];
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    const residuals = computeResiduals(y.deviations, z, coefficients);
    const scale = estimateScale(residuals);
    // If the scale is this small, it is only rounding error: the fit is exact for at least half of the observations.
    const exact = scale <= 1e-14 * (Math.abs(y.mean) + y.length);
    const next = exact ? coefficients : fitWeightedSlopes(y.deviations, z, computeWeights(residuals, scale));
    const moved = Math.max(...next.map((value, j) => Math.abs(value - (coefficients[j] ?? 0))));
    coefficients = next;
    if (!exact && moved > settled * Math.max(...next.map(Math.abs), scale)) continue;
    const own = coefficients.map((value, j) => (j === 0 ? value + y.mean : value));
    const fit = {
      ...describeFit(computeResiduals(y.deviations, z, coefficients), exact ? 0 : scale, z),
      coefficients: toOwnUnits.mmul(Matrix.columnVector(own)).to1DArray(),
    };
    const covariance = toOwnUnits.mmul(fit.covariance).mmul(toOwnUnits.transpose()).to2DArray();
    return { ok: true, fit: { ...fit, covariance } };
  }
  return { ok: false, fault: { kind: 'not_settled' } };
}

function estimateScale(residuals: Float64Array): number {
  return (quantile(residuals.map(Math.abs), 0.5) ?? 0) / normalQuantile(0.75);
}

function computeWeights(residuals: Float64Array, scale: number): Float64Array {
  return residuals.map((residual) => Math.min(1, (tuning * scale) / Math.abs(residual)));
}

function describeFit(residuals: Float64Array, scale: number, z: readonly Float64Array[]) {
  const n = residuals.length;
  const size = z.length + 1;
  let inside = 0;
  let squares = 0;
  for (const residual of residuals) {
    const standardized = scale === 0 ? 0 : residual / scale;
    if (Math.abs(standardized) <= tuning) inside += 1;
    squares += Math.min(Math.abs(standardized), tuning) ** 2;
  }
  const share = inside / n;
  // ψ' is 1 for residuals within the limit and 0 outside, so its variance is share·(1 − share).
  const correction = 1 + ((size / n) * (1 - share)) / share;
  const variance = (correction ** 2 * (squares / (n - size)) * scale ** 2) / share ** 2;
  const columns = [new Float64Array(n).fill(1), ...z];
  const covariance = inverse(new Matrix(columns.map((a) => columns.map((b) => dot(a, b))))).mul(variance);
  return { n, degreesOfFreedom: n - size, covariance, scale, downweighted: n - inside };
}
