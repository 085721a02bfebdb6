import { sortAscending } from './sort-ascending.ts';

/**
 * The p-quantile of values in ascending order by linear interpolation between order statistics: Hyndman and Fan's type 7,
 * the default of numpy, pandas and R. With h = (n − 1)·p it is x[⌊h⌋] + (h − ⌊h⌋)·(x[⌊h⌋+1] − x[⌊h⌋]).
 * Null for no values. Never outside the range of the values.
 * @param sorted ascending; not checked
 * @param p from 0 to 1
 */
export function sortedQuantile(sorted: ArrayLike<number>, p: number): number | null {
  const position = (sorted.length - 1) * p;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) return null;
  const share = position - Math.floor(position);
  // From the nearer end, so that rounding cannot carry the result past the farther one.
  return share < 0.5 ? below + (above - below) * share : above - (above - below) * (1 - share);
}

/** The p-quantile (type 7, as `sortedQuantile`) of values in any order, which are left as they are. */
export function quantile(values: ArrayLike<number>, p: number): number | null {
  return sortedQuantile(sortAscending(new Float64Array(values)), p);
}
