import { inverse, Matrix, solve } from 'ml-matrix';
import { centre } from './centre.ts';
import { dot } from './dot.ts';
import { fitSlopes } from './fit-slopes.ts';
import { requireFinite } from './require-finite.ts';
import { residualsOf } from './residuals-of.ts';
import { type DesignFault, standardiseDesign } from './standardise-design.ts';

export type MedianFit = {
  n: number;
  /** Intercept first, then one per predictor. */
  coefficients: number[];
  /** What was made as small as can be. */
  sumOfAbsoluteErrors: number;
};

export type MedianResult = { ok: true; fit: MedianFit } | { ok: false; fault: DesignFault | { kind: 'not_settled' } };

const maxExchanges = 10_000;

/**
 * response = c0 + Σ cj·predictor_j with the smallest sum of absolute errors: half of the responses lie above the plane,
 * half below (median regression, LAD). Exact, by exchange of the observations that the plane passes through (P. Bloomfield
 * and W. L. Steiger, Least Absolute Deviations, 1983): from one such plane along the edge that descends most steeply, to
 * the weighted median on it, until no edge descends. Where several planes are as good, one of them.
 * Resists outliers in the response fully. No standard errors: bootstrap it where they are wanted.
 * @param predictors each as long as the response; all values finite
 */
export function medianRegression(response: Float64Array, predictors: readonly Float64Array[]): MedianResult {
  requireFinite(response);
  const standardised = standardiseDesign(response.length, predictors);
  if (!standardised.ok) return standardised;
  const { z, conditionNumber, toOwnUnits } = standardised.design;
  const y = centre(response);
  const start = [0, ...fitSlopes(y.deviations, standardised.design).slopes];
  const basis = descend(separate(y.deviations, y.length), z, start, conditionNumber);
  if (basis === null) return { ok: false, fault: { kind: 'not_settled' } };
  const coefficients = throughBasis(y.deviations, z, basis);
  let sumOfAbsoluteErrors = 0;
  for (const residual of residualsOf(y.deviations, z, coefficients)) sumOfAbsoluteErrors += Math.abs(residual);
  const own = coefficients.map((value, j) => (j === 0 ? value + y.mean : value));
  const fit = { n: response.length, coefficients: toOwnUnits.mmul(Matrix.columnVector(own)).to1DArray() };
  return { ok: true, fit: { ...fit, sumOfAbsoluteErrors } };
}

/**
 * The response moved by less than its last digits that matter, each value by its own: planes through more observations
 * than there are coefficients, on which an exchange can get stuck, then do not occur.
 */
function separate(y: Float64Array, length: number): Float64Array {
  const golden = 0.6180339887498949;
  return y.map((value, i) => value + (length / Math.sqrt(y.length)) * 1e-10 * (((i + 1) * golden) % 1));
}

/** The rows of the best plane; null where it is not found within the limit. */
function descend(
  y: Float64Array,
  z: readonly Float64Array[],
  start: readonly number[],
  conditionNumber: number,
): number[] | null {
  const basis = nearestRows(residualsOf(y, z, start), z, conditionNumber);
  if (basis.length <= z.length) return null;
  for (let exchange = 0; exchange < maxExchanges; exchange++) {
    const inverted = inverse(new Matrix(basis.map((row) => rowOf(z, row))));
    const residuals = residualsOf(y, z, throughBasis(y, z, basis));
    for (const row of basis) residuals[row] = 0;
    const edges = basis.map((_, j) => edgeOf(residuals, z, inverted.getColumn(j), basis));
    const steepest = edges.reduce((best, edge, j) => (edge.descent > (edges[best]?.descent ?? 0) ? j : best), 0);
    const edge = edges[steepest];
    if (edge === undefined || edge.descent <= 1e-9) return basis;
    const row = entering(residuals, edge);
    if (row === null) return null;
    basis[steepest] = row;
  }
  return null;
}

type Edge = {
  /** How much each residual falls per unit of the way. */
  rates: Float64Array;
  /** How fast the sum of absolute errors falls at the start, in the better of both directions; below 0: it rises. */
  descent: number;
};

/** The way on which all rows of the basis but one stay on the plane, and that one leaves it at rate 1. */
function edgeOf(residuals: Float64Array, z: readonly Float64Array[], direction: number[], basis: number[]): Edge {
  const rates = residualsOf(new Float64Array(residuals.length), z, direction).map((value) => -value);
  let gain = 0;
  for (let i = 0; i < rates.length; i++) gain += Math.sign(residuals[i] ?? 0) * (rates[i] ?? 0);
  const sign = gain < 0 ? -1 : 1;
  for (const row of basis) rates[row] = 0;
  return { rates: rates.map((rate) => sign * rate), descent: Math.abs(gain) - 1 };
}

/** The row whose residual reaches 0 where the sum of absolute errors along the edge is least (a weighted median). */
function entering(residuals: Float64Array, { rates, descent }: Edge): number | null {
  const ahead: { row: number; distance: number; rate: number }[] = [];
  rates.forEach((rate, row) => {
    const distance = (residuals[row] ?? 0) / rate;
    if (distance > 0 && Number.isFinite(distance)) ahead.push({ row, distance, rate: Math.abs(rate) });
  });
  ahead.sort((a, b) => a.distance - b.distance);
  let slope = -descent;
  for (const { row, rate } of ahead) {
    slope += 2 * rate;
    if (slope >= 0) return row;
  }
  return null;
}

/** The rows nearest to a plane that together determine one (Gram and Schmidt). */
function nearestRows(residuals: Float64Array, z: readonly Float64Array[], conditionNumber: number): number[] {
  const order = Uint32Array.from(residuals, (_, i) => i);
  order.sort((a, b) => Math.abs(residuals[a] ?? 0) - Math.abs(residuals[b] ?? 0));
  const minLength = 1e-3 / (Math.sqrt(residuals.length) * conditionNumber);
  const basis: number[] = [];
  const directions: number[][] = [];
  for (const row of order) {
    let left = rowOf(z, row);
    for (const direction of directions) {
      const along = dot(left, direction);
      left = left.map((value, j) => value - along * (direction[j] ?? 0));
    }
    const length = Math.sqrt(dot(left, left));
    if (length < minLength) continue;
    basis.push(row);
    directions.push(left.map((value) => value / length));
    if (basis.length > z.length) break;
  }
  return basis;
}

function rowOf(z: readonly Float64Array[], row: number): number[] {
  return [1, ...z.map((column) => column[row] ?? 0)];
}

/** The coefficients of the plane through the rows of the basis. */
function throughBasis(y: Float64Array, z: readonly Float64Array[], basis: readonly number[]): number[] {
  const rows = new Matrix(basis.map((row) => rowOf(z, row)));
  return solve(rows, Matrix.columnVector(basis.map((row) => y[row] ?? 0))).to1DArray();
}
