import { z } from 'zod';

/**
 * A stored sketch of values of 0 or more: counts of values by size, which give quantiles with a limited relative error
 * (DDSketch; C. Masson, J. E. Rim and H. K. Lee, PVLDB 12, 2019). Bucket k counts the values in (γᵏ⁻¹, γᵏ], γ = (1 +
 * α)/(1 − α). At α = 0.01, about 700 buckets cover 1 µs to 1 s. Each further factor of 100 needs 230 more buckets.
 */
export const quantileSketchSchema = z.object({
  /** α: the maximum relative error of a quantile, compared with the exact quantile (type 7). */
  relativeAccuracy: z.number().gt(0).lt(1),
  /** Number of values that are exactly 0. */
  zeros: z.number().int().min(0),
  /** The exact minimum, or null if the sketch is empty. */
  min: z.number().min(0).nullable(),
  max: z.number().min(0).nullable(),
  /** Pairs of bucket number and count, in ascending order of the bucket number. */
  buckets: z.array(z.tuple([z.number().int(), z.number().int().min(1)])),
});
export type QuantileSketchData = z.infer<typeof quantileSketchSchema>;

export type QuantileSketch = Pick<QuantileSketchData, 'relativeAccuracy' | 'zeros'> & {
  min: number;
  max: number;
  buckets: Map<number, number>;
};

/** Creates an empty sketch. Example: with a relative accuracy of 0.01, quantiles have an error of at most 1 %. */
export function createSketch(relativeAccuracy: number): QuantileSketch {
  return {
    relativeAccuracy,
    zeros: 0,
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
    buckets: new Map(),
  };
}

/** Adds values to the sketch. Throws a RangeError if a value is negative or not finite. */
export function addToSketch(sketch: QuantileSketch, values: Iterable<number>): void {
  const scale = 1 / logGamma(sketch.relativeAccuracy);
  // Uses an array for buckets near 0, because a map would be slow for a hundred million values.
  const usual = new Float64Array(2 * maxUsualBucket);
  for (const value of values) {
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY))
      throw new RangeError(`Values must be finite and not negative: ${value}`);
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

/** At an accuracy of 0.5 %, buckets from −1,024 to 1,023 hold times from 40 ns to half a minute (values in ms). */
const maxUsualBucket = 1_024;

function countInBucket({ buckets }: QuantileSketch, bucket: number, count: number): void {
  buckets.set(bucket, (buckets.get(bucket) ?? 0) + count);
}

/** Merges two sketches into a sketch of all their values. The order and grouping of merges do not matter. */
export function mergeSketches(a: QuantileSketch, b: QuantileSketch): QuantileSketch {
  if (a.relativeAccuracy !== b.relativeAccuracy)
    throw new RangeError('Sketches must have the same accuracy to be merged');
  const merged = {
    relativeAccuracy: a.relativeAccuracy,
    zeros: a.zeros + b.zeros,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    buckets: new Map(a.buckets),
  };
  for (const [bucket, count] of b.buckets) countInBucket(merged, bucket, count);
  return merged;
}

export function countSketched(sketch: QuantileSketch): number {
  let count = sketch.zeros;
  for (const held of sketch.buckets.values()) count += held;
  return count;
}

/**
 * Computes p-quantiles (type 7). Each has an error of at most α times the exact quantile. The minimum and maximum are
 * exact. All results are null if the sketch is empty.
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
  const extremes = countSketched(sketch) === 0 ? { min: null, max: null } : {};
  return { ...sketch, ...extremes, buckets: [...sketch.buckets].sort(([a], [b]) => a - b) };
}

export function parseSketch(data: unknown): QuantileSketch {
  const { min, max, buckets, ...rest } = quantileSketchSchema.parse(data);
  const extremes = { min: min ?? Number.POSITIVE_INFINITY, max: max ?? Number.NEGATIVE_INFINITY };
  return { ...rest, ...extremes, buckets: new Map(buckets) };
}

function logGamma(relativeAccuracy: number): number {
  return Math.log1p(relativeAccuracy) - Math.log1p(-relativeAccuracy);
}

/** Returns an approximation of the value with this rank (from 0) in ascending order. */
function readRank(sketch: QuantileSketch, ordered: readonly [number, number][], rank: number, n: number): number {
  if (rank < sketch.zeros) return 0;
  if (rank === 0) return sketch.min;
  if (rank === n - 1) return sketch.max;
  let seen = sketch.zeros;
  for (const [bucket, count] of ordered) {
    seen += count;
    if (rank < seen) {
      // 2γᵏ/(γ + 1), the value with the smallest possible relative error for the bucket, equals γᵏ·(1 − α).
      const value = Math.exp(bucket * logGamma(sketch.relativeAccuracy)) * (1 - sketch.relativeAccuracy);
      return Math.min(Math.max(value, sketch.min), sketch.max);
    }
  }
  return sketch.max;
}
