/**
 * The sum by Neumaier's variant of Kahan's compensated summation: the rounding error of each addition is kept and added
 * at the end, so the error does not grow with the number of values (A. Neumaier, ZAMM 54, 1974).
 */
export function compensatedSum(values: ArrayLike<number>): number {
  let sum = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
}
