import { inverse, Matrix } from 'ml-matrix';
import { center } from './center.ts';
import { dot } from './dot.ts';
import { fitSlopes } from './fit-slopes.ts';
import { normalQuantile } from './normal-quantile.ts';
import { quantile } from './quantile.ts';
import { requireFinite } from './require-finite.ts';
import { computeResiduals } from './residuals.ts';
import { type DesignFault, standardizeDesign } from './standardize-design.ts';
import { weightedSlopes } from './weighted-slopes.ts';

export type HuberFit = {
  n: number;
  /** n − number of coefficients. */
  degreesOfFreedom: number;
  /** Intercept first, then one per predictor. */
  coefficients: number[];
  /** Huber's asymptotic covariance with his correction for small n (H1), for errors of one spread. */
  covariance: number[][];
  /** The spread of the residuals: their median absolute value / 0.6745. */
  scale: number;
  /** How many observations count for less than one: those farther than 1.345 scales from the plane. */
  downweighted: number;
};

export type HuberResult = { ok: true; fit: HuberFit } | { ok: false; fault: DesignFault | { kind: 'not_settled' } };

/** 95 % as efficient as least squares where errors are normal. */
const tuning = 1.345;
const maxIterations = 500;
const settled = 1e-13;

/**
 * response = c0 + Σ cj·predictor_j by Huber's M-estimator: errors beyond 1.345 scales count by their size, not by its
 * square, so that a few stalls do not move the plane (P. J. Huber, Ann. Statist. 1, 1973). Iteratively reweighted least
 * squares from the ordinary fit, scale by the median absolute residual at each step: statsmodels' RLM with its defaults,
 * iterated until nothing moves. It does not resist outliers among the predictors.
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
    // A residual at rounding error of the response is none: half the values lie on the plane, which then stands.
    const exact = scale <= 1e-14 * (Math.abs(y.mean) + y.length);
    const next = exact ? coefficients : weightedSlopes(y.deviations, z, computeWeights(residuals, scale));
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
  // Var ψ' = share·(1 − share), since ψ' is 1 inside and 0 outside.
  const correction = 1 + ((size / n) * (1 - share)) / share;
  const variance = (correction ** 2 * (squares / (n - size)) * scale ** 2) / share ** 2;
  const columns = [new Float64Array(n).fill(1), ...z];
  const covariance = inverse(new Matrix(columns.map((a) => columns.map((b) => dot(a, b))))).mul(variance);
  return { n, degreesOfFreedom: n - size, covariance, scale, downweighted: n - inside };
}
