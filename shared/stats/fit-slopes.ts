import { dot } from './dot.ts';
import type { StandardisedDesign } from './standardize-design.ts';

/**
 * Least squares in standardized terms, by the normal equations, refined once by the residuals of the first solution.
 * @param deviations the response about its mean
 */
export function fitSlopes(deviations: Float64Array, { z, inverted }: StandardisedDesign) {
  const slopes = new Array<number>(z.length).fill(0);
  let residuals = deviations;
  for (let pass = 0; pass < 2; pass++) {
    const projections = z.map((column) => dot(column, residuals));
    inverted.forEach((row, j) => {
      slopes[j] = (slopes[j] ?? 0) + dot(row, projections);
    });
    const left = deviations.slice();
    z.forEach((column, j) => {
      const slope = slopes[j] ?? 0;
      for (let i = 0; i < left.length; i++) left[i] = (left[i] ?? 0) - slope * (column[i] ?? 0);
    });
    residuals = left;
  }
  return { slopes, residuals };
}
