import { centre } from './centre.ts';
import { dot } from './dot.ts';
import { fitSlopes } from './fit-slopes.ts';
import { leveragesOf } from './leverages-of.ts';
import { quantileOfSorted } from './quantile.ts';
import { type DesignFault, standardiseDesign } from './standardise-design.ts';

export type RegressionDiagnostics = {
  /** response − fitted, of each observation, in the unit of the response. */
  residuals: Float64Array;
  residualQuantiles: { min: number; p25: number; p50: number; p75: number; max: number };
  /** The weight of each observation in its own fitted value, from 1/n to 1; they sum to the number of coefficients. */
  leverages: Float64Array;
  /**
   * How far all fitted values move when the observation is left out, against their error (R. D. Cook, Technometrics 19,
   * 1977): e²·h/(k·s²·(1 − h)²), k coefficients. Over 1 is much. NaN where the leverage is 1.
   */
  cooksDistances: Float64Array;
  /** For each predictor 1/(1 − R² on the other ones): what correlation between predictors multiplies its variance by. */
  varianceInflation: number[];
};

/** How well an ordinary least squares fit of these describes them, and which observations it hangs on. */
export function diagnoseRegression(
  response: Float64Array,
  predictors: readonly Float64Array[],
): { ok: true; diagnostics: RegressionDiagnostics } | { ok: false; fault: DesignFault } {
  const standardised = standardiseDesign(response.length, predictors);
  if (!standardised.ok) return standardised;
  const { design } = standardised;
  const { residuals } = fitSlopes(centre(response).deviations, design);
  const leverages = leveragesOf(design);
  const size = predictors.length + 1;
  const variance = dot(residuals, residuals) / (response.length - size);
  const cooksDistances = residuals.map((residual, i) => {
    const leverage = leverages[i] ?? 0;
    return (residual ** 2 * leverage) / (size * variance * (1 - leverage) ** 2);
  });
  const sorted = residuals.slice().sort();
  const at = (p: number) => quantileOfSorted(sorted, p) ?? Number.NaN;
  const residualQuantiles = { min: at(0), p25: at(0.25), p50: at(0.5), p75: at(0.75), max: at(1) };
  const varianceInflation = design.inverted.map((row, j) => row[j] ?? Number.NaN);
  return { ok: true, diagnostics: { residuals, residualQuantiles, leverages, cooksDistances, varianceInflation } };
}
