import { Matrix } from 'ml-matrix';
import { center } from './center.ts';
import { dot } from './dot.ts';
import { fitSlopes } from './fit-slopes.ts';
import { requireFinite } from './require-finite.ts';
import { type DesignFault, type StandardisedDesign, standardizeDesign } from './standardize-design.ts';

export type LeastSquaresFit = {
  n: number;
  /** n − number of coefficients. */
  degreesOfFreedom: number;
  /** Intercept first, then one per predictor. */
  coefficients: number[];
  /** Heteroscedasticity-robust (HC3) covariance of the coefficients, in their order. */
  covariance: number[][];
  /** 1 − SSE/SST; null where the response does not vary. */
  rSquared: number | null;
  residualStddev: number;
  /** Of the predictors, each centered and scaled to length 1: 1 where they are uncorrelated, whatever their units. */
  conditionNumber: number;
};

/** Why there is no fit: the design does not allow one, or one observation alone sets a coefficient. */
export type LeastSquaresFault = DesignFault | { kind: 'leverage'; observation: number };

export type LeastSquaresResult = { ok: true; fit: LeastSquaresFit } | { ok: false; fault: LeastSquaresFault };

/** An observation with a leverage this close to 1 is fitted exactly: its HC3 weight has no value. */
const minFreedom = 1e-9;

/**
 * response = c0 + Σ cj·predictor_j by ordinary least squares, with HC3 standard errors: the covariance is
 * (X'X)⁻¹ X' diag(e²/(1−h)²) X (X'X)⁻¹, e the residuals and h the leverages (MacKinnon and White, 1985; advised for
 * small n by Long and Ervin, 2000). The predictors are centered and scaled to length 1 first, so that the normal
 * equations are as well conditioned as the correlations of the predictors, whatever their units and means.
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

/** The HC3 covariance in standardized terms, or the number of the first observation whose leverage is 1. */
function hc3({ z, inverted }: StandardisedDesign, residuals: Float64Array): number[][] | number {
  const n = residuals.length;
  const size = z.length + 1;
  const covariance = new Float64Array(size * size);
  // One row and its influence on each coefficient, used again for each observation: there may be a million.
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
