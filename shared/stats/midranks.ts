export type Midranks = {
  /** The rank of each value, from 1, in the order given; equal values share the mean of their ranks. */
  ranks: Float64Array;
  /** Σ(t³ − t) over groups of t equal values: what ties take from the variance of a rank sum. 0 without ties. */
  tieTerm: number;
};

/** Ranks in ascending order. Example: 5, 3, 5 have 2.5, 1, 2.5 and a tie term of 6. */
export function midranks(values: Float64Array): Midranks {
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Float64Array(values.length);
  let tieTerm = 0;
  for (let start = 0; start < order.length; ) {
    const value = values[order[start] ?? 0];
    let end = start + 1;
    while (end < order.length && values[order[end] ?? 0] === value) end += 1;
    const size = end - start;
    for (let i = start; i < end; i++) ranks[order[i] ?? 0] = (start + 1 + end) / 2;
    tieTerm += size ** 3 - size;
    start = end;
  }
  return { ranks, tieTerm };
}
