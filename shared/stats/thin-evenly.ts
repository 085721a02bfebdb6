/**
 * At most `limit` of the values, evenly spaced over them and always the same ones: columns of one length stay rows. All of
 * them where they are no more.
 */
export function thinEvenly(values: Float64Array, limit: number): Float64Array {
  const { length } = values;
  if (length <= limit) return values;
  return Float64Array.from({ length: limit }, (_, i) => values[Math.floor((i * length) / limit)] ?? Number.NaN);
}
