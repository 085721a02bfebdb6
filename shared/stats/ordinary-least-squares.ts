import { Matrix } from 'ml-matrix';
import { requireFinite } from './mean.ts';
import {
  center,
  type DesignFault,
  dot,
  fitSlopes,
  type StandardizedDesign,
  standardizeDesign,
} from './standardize-design.ts';

export type LeastSquaresFit = {
  n: number;
  degreesOfFreedom: number;
  /** The intercept, followed by the coefficient of each predictor. */
  coefficients: number[];
  /** Covariance of the coefficients, robust to errors whose variance is not constant (HC3). */
  covariance: number[][];
  /** Coefficient of determination, 1 − SSE/SST. Null if all responses are equal. */
  rSquared: number | null;
  residualStddev: number;
  /** Condition number of the centered and scaled predictors. 1 if the predictors are uncorrelated. */
  conditionNumber: number;
};

/** Why no fit is possible: a problem with the predictors, or an observation that alone determines a coefficient. */
export type LeastSquaresFault = DesignFault | { kind: 'leverage'; observation: number };

export type LeastSquaresResult = { ok: true; fit: LeastSquaresFit } | { ok: false; fault: LeastSquaresFault };

/** If 1 − leverage is below this limit, the fit passes through the observation, and its HC3 weight is undefined. */
const minFreedom = 1e-9;

/**
 * Fits response = c0 + Σ cj·predictor_j by ordinary least squares, with the HC3 covariance (X'X)⁻¹ X' diag(e²/(1−h)²) X
 * (X'X)⁻¹, where e are the residuals and h the leverages (MacKinnon and White, 1985; recommended for small n by Long
 * and Ervin, 2000).
 * @param predictors each as long as the response; all values finite
 */
export function ordinaryLeastSquares(response: Float64Array, predictors: readonly Float64Array[]): LeastSquaresResult {
  requireFinite(response);
  const standardized = standardizeDesign(response.length, predictors);
  if (!standardized.ok) return standardized;
  const { design } = standardized;
  const y = center(response);
  const { slopes, residuals } = fitSlopes(y.deviations, design);
  const influence = hc3(design, residuals);
  if (typeof influence === 'number') return { ok: false, fault: { kind: 'leverage', observation: influence } };

  const { toOwnUnits, conditionNumber } = design;
  const degreesOfFreedom = response.length - predictors.length - 1;
  const squaredErrors = dot(residuals, residuals);
  return {
    ok: true,
    fit: {
      n: response.length,
      degreesOfFreedom,
      coefficients: toOwnUnits.mmul(Matrix.columnVector([y.mean, ...slopes])).to1DArray(),
      covariance: toOwnUnits.mmul(new Matrix(influence)).mmul(toOwnUnits.transpose()).to2DArray(),
      rSquared: y.length === 0 ? null : 1 - squaredErrors / (y.length * y.length),
      residualStddev: Math.sqrt(squaredErrors / degreesOfFreedom),
      conditionNumber,
    },
  };
}

/** Returns the HC3 covariance for standardized predictors, or the index of an observation with a leverage of 1. */
function hc3({ z, inverted }: StandardizedDesign, residuals: Float64Array): number[][] | number {
  const n = residuals.length;
  const size = z.length + 1;
  const covariance = new Float64Array(size * size);
  // These arrays hold one row at a time and are reused, because there can be a million observations.
  const row = new Float64Array(z.length);
  const influence = new Float64Array(size);
  influence[0] = 1 / n;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < z.length; j++) row[j] = z[j]?.[i] ?? 0;
    let leverage = 1 / n;
    for (let j = 0; j < z.length; j++) {
      const weight = dot(inverted[j] ?? [], row);
      influence[j + 1] = weight;
      leverage += weight * (row[j] ?? 0);
    }
    if (1 - leverage < minFreedom) return i;
    const error = (residuals[i] ?? 0) / (1 - leverage);
    for (let a = 0; a < size; a++) {
      const scale = error * error * (influence[a] ?? 0);
      for (let b = 0; b < size; b++)
        covariance[a * size + b] = (covariance[a * size + b] ?? 0) + scale * (influence[b] ?? 0);
    }
  }
  return Array.from({ length: size }, (_, a) => [...covariance.subarray(a * size, (a + 1) * size)]);
}
