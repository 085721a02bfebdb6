import { inverse, Matrix, SingularValueDecomposition } from 'ml-matrix';
import { center } from './center.ts';
import { dot } from './dot.ts';
import { requireFinite } from './require-finite.ts';

/** Predictors centered and scaled to length 1: as well conditioned as their correlations, whatever their units and means. */
export type StandardisedDesign = {
  /** One column per predictor. */
  z: Float64Array[];
  /** The inverse of their correlation matrix; its diagonal is the variance inflation of each. */
  inverted: number[][];
  /** Of the standardized predictors: 1 where they are uncorrelated. */
  conditionNumber: number;
  /** Takes (intercept at the means, standardized slopes) to (intercept, slopes) in the predictors' own units. */
  toOwnUnits: Matrix;
};

/** Why no plane can be laid: too few rows, a predictor that does not vary, or predictors that vary as one. */
export type DesignFault =
  | { kind: 'too_few'; needed: number }
  | { kind: 'constant'; predictor: number }
  | { kind: 'collinear'; conditionNumber: number | null };

/** Beyond this the solution has fewer correct digits than are stated. */
const maxConditionNumber = 1e6;
/** A spread this small against the mean is rounding, not variation. */
const minRelativeSpread = 1e-12;

/** @param n rows; each predictor has as many values, all finite */
export function standardizeDesign(
  n: number,
  predictors: readonly Float64Array[],
): { ok: true; design: StandardisedDesign } | { ok: false; fault: DesignFault } {
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
