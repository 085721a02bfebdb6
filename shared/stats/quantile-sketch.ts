import { z } from 'zod';

/**
 * A mergeable sketch of quantiles with a bounded relative error, after DDSketch (C. Masson, J. E. Rim and H. K. Lee, PVLDB
 * 12, 2019). A bucket k holds the values in (γᵏ⁻¹, γᵏ], γ = (1 + α)/(1 − α), and stands for the one from which both of its
 * ends lie α away; nothing but the counts is kept, so merging is adding them and loses nothing. Values are 0 or more:
 * durations and counts. No bucket is ever dropped or joined: some 700 of them span 1 µs to 1 s at α = 0.01, and 230
 * more each further factor of 100.
 */
export const quantileSketchSchema = z.object({
  /** α: each quantile is within this share of the exact one of type 7. */
  relativeAccuracy: z.number().gt(0).lt(1),
  /** Values that are exactly 0. */
  zeros: z.number().int().min(0),
  /** Exact; null while empty. */
  min: z.number().min(0).nullable(),
  max: z.number().min(0).nullable(),
  /** (bucket, count) in ascending order of buckets. */
  buckets: z.array(z.tuple([z.number().int(), z.number().int().min(1)])),
});
/** The sketch as it is stored and sent: plain JSON. */
export type QuantileSketchData = z.infer<typeof quantileSketchSchema>;

export type QuantileSketch = {
  relativeAccuracy: number;
  zeros: number;
  min: number;
  max: number;
  buckets: Map<number, number>;
};

/** @param relativeAccuracy 0.01: each quantile to 1 % */
export function createSketch(relativeAccuracy = 0.01): QuantileSketch {
  if (!(relativeAccuracy > 0 && relativeAccuracy < 1)) throw new RangeError('the accuracy lies between 0 and 1');
  return {
    relativeAccuracy,
    zeros: 0,
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
    buckets: new Map(),
  };
}

/** Adds values to the sketch. Each is finite and not negative, or it throws. */
export function addToSketch(sketch: QuantileSketch, values: Iterable<number>): void {
  const scale = 1 / logGamma(sketch.relativeAccuracy);
  // The usual buckets are counted in an array first: there may be a hundred million values.
  const usual = new Float64Array(2 * maxUsualBucket);
  for (const value of values) {
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY))
      throw new RangeError(`not a finite value of 0 or more: ${value}`);
    if (value < sketch.min) sketch.min = value;
    if (value > sketch.max) sketch.max = value;
    if (value === 0) sketch.zeros += 1;
    else {
      const bucket = Math.ceil(Math.log(value) * scale);
      const place = bucket + maxUsualBucket;
      if (place >= 0 && place < usual.length) usual[place] = (usual[place] ?? 0) + 1;
      else countInBucket(sketch, bucket, 1);
    }
  }
  for (const [place, count] of usual.entries()) if (count > 0) countInBucket(sketch, place - maxUsualBucket, count);
}

/** At an accuracy of 0.5 % up to half a minute and down to 40 ns, in milliseconds. */
const maxUsualBucket = 1_024;

function countInBucket({ buckets }: QuantileSketch, bucket: number, count: number): void {
  buckets.set(bucket, (buckets.get(bucket) ?? 0) + count);
}

/** A sketch of the values of both, the same in whatever order and grouping sketches are merged. */
export function mergeSketches(a: QuantileSketch, b: QuantileSketch): QuantileSketch {
  if (a.relativeAccuracy !== b.relativeAccuracy)
    throw new RangeError('sketches of different accuracy have other buckets');
  const buckets = new Map(a.buckets);
  for (const [bucket, count] of b.buckets) buckets.set(bucket, (buckets.get(bucket) ?? 0) + count);
  return {
    relativeAccuracy: a.relativeAccuracy,
    zeros: a.zeros + b.zeros,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    buckets,
  };
}

/** How many values the sketch holds. */
export function countSketched(sketch: QuantileSketch): number {
  let count = sketch.zeros;
  for (const held of sketch.buckets.values()) count += held;
  return count;
}

/**
 * p-quantiles (type 7: between the same two order statistics as the exact one, each from its bucket), within
 * `relativeAccuracy` of the exact ones: |estimate − exact| ≤ α·exact. The smallest and the largest value are exact.
 * Null for no values.
 */
export function sketchQuantiles(sketch: QuantileSketch, ps: readonly number[]): (number | null)[] {
  const n = countSketched(sketch);
  if (n === 0) return ps.map(() => null);
  const ordered = [...sketch.buckets].sort(([a], [b]) => a - b);
  return ps.map((p) => {
    const position = (n - 1) * p;
    const below = readRank(sketch, ordered, Math.floor(position), n);
    const above = readRank(sketch, ordered, Math.ceil(position), n);
    return below + (above - below) * (position - Math.floor(position));
  });
}

export function serializeSketch(sketch: QuantileSketch): QuantileSketchData {
  const empty = countSketched(sketch) === 0;
  return {
    relativeAccuracy: sketch.relativeAccuracy,
    zeros: sketch.zeros,
    min: empty ? null : sketch.min,
    max: empty ? null : sketch.max,
    buckets: [...sketch.buckets].sort(([a], [b]) => a - b),
  };
}

export function parseSketch(data: unknown): QuantileSketch {
  const { min, max, buckets, ...rest } = quantileSketchSchema.parse(data);
  return {
    ...rest,
    min: min ?? Number.POSITIVE_INFINITY,
    max: max ?? Number.NEGATIVE_INFINITY,
    buckets: new Map(buckets),
  };
}

function logGamma(relativeAccuracy: number): number {
  return Math.log1p(relativeAccuracy) - Math.log1p(-relativeAccuracy);
}

/** The value that stands for the order statistic of this rank, counted from 0. */
function readRank(sketch: QuantileSketch, ordered: readonly [number, number][], rank: number, n: number): number {
  if (rank < sketch.zeros) return 0;
  if (rank === 0) return sketch.min;
  if (rank === n - 1) return sketch.max;
  let seen = sketch.zeros;
  for (const [bucket, count] of ordered) {
    seen += count;
    if (rank < seen) {
      // 2γᵏ/(γ + 1) is γᵏ·(1 − α).
      const value = Math.exp(bucket * logGamma(sketch.relativeAccuracy)) * (1 - sketch.relativeAccuracy);
      return Math.min(Math.max(value, sketch.min), sketch.max);
    }
  }
  return sketch.max;
}
