/** A number of each of those things that have it, in the order given. */
export function pickKnownValues<T>(things: readonly T[], pick: (thing: T) => number | null): Float64Array {
  const values = new Float64Array(things.length);
  let n = 0;
  for (const thing of things) {
    const value = pick(thing);
    if (value !== null) values[n++] = value;
  }
  return values.subarray(0, n);
}
