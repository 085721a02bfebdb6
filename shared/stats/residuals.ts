/** y − b0 − Σ bj·zj. */
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
