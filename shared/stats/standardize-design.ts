import { inverse, Matrix, SingularValueDecomposition, solve } from 'ml-matrix';
import { compensatedSum, requireFinite } from './mean.ts';

/** Predictors with mean 0 and length 1 (root of the sum of squares), so that units and means do not cost accuracy. */
export type StandardizedDesign = {
  /** The standardized predictors, one column each. */
  z: Float64Array[];
  /** The inverse of the correlation matrix of the predictors. */
  inverted: number[][];
  /** Condition number of the standardized predictors. 1 if the predictors are uncorrelated. */
  conditionNumber: number;
  /** Matrix that converts coefficients of standardized predictors to coefficients in the predictors' own units. */
  toOwnUnits: Matrix;
};

/** Why no fit is possible: too few rows, a constant predictor, or predictors that depend on each other. */
export type DesignFault =
  | { kind: 'too_few'; needed: number }
  | { kind: 'constant'; predictor: number }
  | { kind: 'collinear'; conditionNumber: number | null };

/** Maximum condition number. Above it, the solution has fewer correct digits than documented. */
const maxConditionNumber = 1e6;
/** A predictor is constant if its spread is below this share of its mean, because such a spread is a rounding error. */
const minRelativeSpread = 1e-12;

/** Standardizes predictors that each have n finite values. Returns the reason if no fit is possible. */
export function standardizeDesign(
  n: number,
  predictors: readonly Float64Array[],
): { ok: true; design: StandardizedDesign } | { ok: false; fault: DesignFault } {
  if (n - predictors.length - 1 < 1) return { ok: false, fault: { kind: 'too_few', needed: predictors.length + 2 } };
  requireFinite(...predictors);
  const columns = predictors.map(center);
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
  const toOwnUnits = Matrix.eye(columns.length + 1);
  columns.forEach(({ mean, length }, j) => {
    toOwnUnits.set(0, j + 1, -mean / length);
    toOwnUnits.set(j + 1, j + 1, 1 / length);
  });
  return { ok: true, design: { z, inverted, conditionNumber, toOwnUnits } };
}

/** Solves the normal equations for the centered response, and improves the solution once using its residuals. */
export function fitSlopes(deviations: Float64Array, { z, inverted }: StandardizedDesign) {
  const slopes = new Array<number>(z.length).fill(0);
  let residuals = deviations;
  for (let pass = 0; pass < 2; pass++) {
    const projections = z.map((column) => dot(column, residuals));
    inverted.forEach((row, j) => {
      slopes[j] = (slopes[j] ?? 0) + dot(row, projections);
    });
    residuals = computeResiduals(deviations, z, [0, ...slopes]);
  }
  return { slopes, residuals };
}

/**
 * Returns the b (intercept first) with the smallest Σ wᵢ·(yᵢ − b0 − Σ bj·zᵢj)². Refines the first solution once.
 * @param weights not negative; the rows with a positive weight must determine all coefficients
 */
export function fitWeightedSlopes(y: Float64Array, z: readonly Float64Array[], weights: Float64Array): number[] {
  const columns = [new Float64Array(y.length).fill(1), ...z];
  const weighted = (a: Float64Array, b: Float64Array) => {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += (weights[i] ?? 0) * (a[i] ?? 0) * (b[i] ?? 0);
    return sum;
  };
  const normal = new Matrix(columns.map((a) => columns.map((b) => weighted(a, b))));
  const coefficients = new Array<number>(columns.length).fill(0);
  for (let pass = 0; pass < 2; pass++) {
    const residuals = computeResiduals(y, z, coefficients);
    const step = solve(normal, Matrix.columnVector(columns.map((column) => weighted(column, residuals)))).to1DArray();
    for (const [j, change] of step.entries()) coefficients[j] = (coefficients[j] ?? 0) + change;
  }
  return coefficients;
}

/** Returns the residuals y − b0 − Σ bj·zj. */
export function computeResiduals(
  y: Float64Array,
  z: readonly Float64Array[],
  coefficients: readonly number[],
): Float64Array {
  const residuals = y.map((value) => value - (coefficients[0] ?? 0));
  z.forEach((column, j) => {
    const slope = coefficients[j + 1] ?? 0;
    for (let i = 0; i < residuals.length; i++) residuals[i] = (residuals[i] ?? 0) - slope * (column[i] ?? 0);
  });
  return residuals;
}

/** Returns the mean, the deviations from it, and the length of the deviations (the root of their sum of squares). */
export function center(values: Float64Array): { mean: number; deviations: Float64Array; length: number } {
  const mean = compensatedSum(values) / values.length;
  const deviations = values.map((value) => value - mean);
  return { mean, deviations, length: Math.sqrt(dot(deviations, deviations)) };
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
