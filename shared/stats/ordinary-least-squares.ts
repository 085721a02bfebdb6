import { inverse, Matrix, SingularValueDecomposition } from 'ml-matrix';
import { compensatedSum } from './compensated-sum.ts';

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
  /** Of the predictors, each centred and scaled to length 1: 1 where they are uncorrelated, whatever their units. */
  conditionNumber: number;
};

/**
 * Why there is no fit: too few values, a predictor that does not vary, predictors that vary as one, or one observation
 * that alone sets a coefficient.
 */
export type LeastSquaresFault =
  | { kind: 'too_few'; needed: number }
  | { kind: 'constant'; predictor: number }
  | { kind: 'collinear'; conditionNumber: number | null }
  | { kind: 'leverage'; observation: number };

export type LeastSquaresResult = { ok: true; fit: LeastSquaresFit } | { ok: false; fault: LeastSquaresFault };

/** Beyond this the solution has fewer correct digits than are stated. */
const maxConditionNumber = 1e6;
/** An observation with a leverage this close to 1 is fitted exactly: its HC3 weight has no value. */
const minFreedom = 1e-9;
/** A spread this small against the mean is rounding, not variation. */
const minRelativeSpread = 1e-12;

/**
 * response = c0 + Σ cj·predictor_j by ordinary least squares, with HC3 standard errors: the covariance is
 * (X'X)⁻¹ X' diag(e²/(1−h)²) X (X'X)⁻¹, e the residuals and h the leverages (MacKinnon and White, 1985; advised for
 * small n by Long and Ervin, 2000). The predictors are centred and scaled to length 1 first, so that the normal
 * equations are as well conditioned as the correlations of the predictors, whatever their units and means.
 * @param predictors each as long as the response; all values finite
 */
export function ordinaryLeastSquares(response: Float64Array, predictors: readonly Float64Array[]): LeastSquaresResult {
  const n = response.length;
  const degreesOfFreedom = n - predictors.length - 1;
  if (degreesOfFreedom < 1) return { ok: false, fault: { kind: 'too_few', needed: predictors.length + 2 } };
  const columns = predictors.map(centre);
  const constant = columns.findIndex(({ mean, length }) => length <= minRelativeSpread * Math.abs(mean) * Math.sqrt(n));
  if (constant >= 0) return { ok: false, fault: { kind: 'constant', predictor: constant } };

  const z = columns.map(({ deviations, length }) => deviations.map((deviation) => deviation / length));
  const correlations = z.map((a) => z.map((b) => dot(a, b)));
  const conditionNumber = Math.sqrt(new SingularValueDecomposition(new Matrix(correlations)).condition);
  if (!(conditionNumber <= maxConditionNumber)) {
    const known = Number.isFinite(conditionNumber) ? conditionNumber : null;
    return { ok: false, fault: { kind: 'collinear', conditionNumber: known } };
  }
  const inverted = inverse(new Matrix(correlations)).to2DArray();
  const y = centre(response);
  const { slopes, residuals } = solve(y.deviations, z, inverted);
  const influence = hc3(z, inverted, residuals);
  if (typeof influence === 'number') return { ok: false, fault: { kind: 'leverage', observation: influence } };

  // From intercept-at-the-means and standardised slopes back to the predictors' own units.
  const back = Matrix.eye(columns.length + 1);
  columns.forEach(({ mean, length }, j) => {
    back.set(0, j + 1, -mean / length);
    back.set(j + 1, j + 1, 1 / length);
  });
  const squaredErrors = dot(residuals, residuals);
  return {
    ok: true,
    fit: {
      n,
      degreesOfFreedom,
      coefficients: back.mmul(Matrix.columnVector([y.mean, ...slopes])).to1DArray(),
      covariance: back.mmul(new Matrix(influence)).mmul(back.transpose()).to2DArray(),
      rSquared: y.length === 0 ? null : 1 - squaredErrors / (y.length * y.length),
      residualStddev: Math.sqrt(squaredErrors / degreesOfFreedom),
      conditionNumber,
    },
  };
}

function centre(values: Float64Array): { mean: number; deviations: Float64Array; length: number } {
  const mean = compensatedSum(values) / values.length;
  const deviations = values.map((value) => value - mean);
  return { mean, deviations, length: Math.sqrt(dot(deviations, deviations)) };
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** Standardised slopes by the normal equations, refined once by the residuals of the first solution. */
function solve(y: Float64Array, z: readonly Float64Array[], inverted: number[][]) {
  const slopes = new Array<number>(z.length).fill(0);
  let residuals = y;
  for (let pass = 0; pass < 2; pass++) {
    const projections = z.map((column) => dot(column, residuals));
    inverted.forEach((row, j) => {
      slopes[j] = (slopes[j] ?? 0) + dot(row, projections);
    });
    const left = y.slice();
    z.forEach((column, j) => {
      const slope = slopes[j] ?? 0;
      for (let i = 0; i < left.length; i++) left[i] = (left[i] ?? 0) - slope * (column[i] ?? 0);
    });
    residuals = left;
  }
  return { slopes, residuals };
}

/** The HC3 covariance in standardised terms, or the number of the first observation whose leverage is 1. */
function hc3(z: readonly Float64Array[], inverted: number[][], residuals: Float64Array): number[][] | number {
  const n = residuals.length;
  const size = z.length + 1;
  const covariance = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  // One row and its influence on each coefficient, used again for each observation: there may be a million.
  const row = new Float64Array(z.length);
  const influence = new Float64Array(size);
  influence[0] = 1 / n;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < z.length; j++) row[j] = z[j]?.[i] ?? 0;
    let leverage = 1 / n;
    inverted.forEach((line, j) => {
      const weight = dot(line, row);
      influence[j + 1] = weight;
      leverage += weight * (row[j] ?? 0);
    });
    if (1 - leverage < minFreedom) return i;
    const error = (residuals[i] ?? 0) / (1 - leverage);
    covariance.forEach((line, a) => {
      const scale = error * error * (influence[a] ?? 0);
      for (let b = 0; b < size; b++) line[b] = (line[b] ?? 0) + scale * (influence[b] ?? 0);
    });
  }
  return covariance;
}
