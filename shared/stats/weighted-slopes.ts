import { Matrix, solve } from 'ml-matrix';
import { computeResiduals } from './residuals.ts';

/**
 * Weighted least squares on an intercept and the columns z: minimizes Σ wᵢ·(yᵢ − b0 − Σ bj·zᵢj)². Refined once.
 * @param weights not negative, some of them above 0 for rows that identify all coefficients
 */
export function weightedSlopes(y: Float64Array, z: readonly Float64Array[], weights: Float64Array): number[] {
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
