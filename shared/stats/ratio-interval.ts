import { tQuantile } from './distributions.ts';
import { beyondRange, type Contrast } from './interval.ts';
import { mean, requireFinite } from './mean.ts';
import { tWithSkewness } from './mean-interval.ts';
import { minimumNForMean } from './summarize.ts';

/** With only about ten pairs, the ratios that are consistent with the data can form several separate ranges. */
const minimumPairs = minimumNForMean;

/**
 * Computes Σ numerator / Σ denominator over pairs, and its interval: all r for which the `meanInterval` of numerator −
 * r·denominator includes 0 (E. C. Fieller, JRSS B 16, 1954, but with `meanInterval` instead of t). Simpler methods
 * (delta method, jackknife) have too low a coverage for heavy tails (docs/statistics.md). The interval is null if there
 * are fewer than 20 pairs, or if the mean denominator may be 0, because the ratio then has no bound. The ratio is null
 * unless the mean denominator is above 0.
 */
export function ratioInterval(numerator: Float64Array, denominator: Float64Array, level = 0.95): Contrast {
  if (numerator.length !== denominator.length) throw new Error('Paired samples must have equal lengths');
  requireFinite(numerator, denominator);
  const n = numerator.length;
  const [above, below] = [mean(numerator), mean(denominator)];
  if (above === null || below === null || !(below > 0) || !Number.isFinite(above / below))
    return { value: null, interval: null, reason: 'the mean of the denominator is not above 0' };
  const value = above / below;
  const omit = (reason: string) => ({ value, interval: null, reason });
  if (n < minimumPairs) return omit(`an interval needs at least ${minimumPairs} pairs`);
  const method = 'Fieller, with t plain and skewness corrected';
  const moments = computeJointMoments(numerator, denominator, value, below);
  if (moments.length === 0) {
    if (moments.differs) return omit(beyondRange);
    return { value, interval: { level, low: value, high: value, method }, reason: null };
  }
  const isRejected = createRejection(moments, n, level);
  if (!isRejected(Math.PI / 2)) return omit('the interval of the mean denominator includes 0');
  const scale = moments.length / (below * Math.sqrt(n));
  const low = value + scale * Math.tan(findLastAccepted(-1, isRejected));
  const high = value + scale * Math.tan(findLastAccepted(1, isRejected));
  if (!Number.isFinite(low) || !Number.isFinite(high)) return omit(beyondRange);
  return { value, interval: { level, low, high, method }, reason: null };
}

/**
 * Creates a function of an angle. It returns whether the data reject the ratio at the scaled distance tan(angle) from
 * the estimate. At 90°, the ratio is infinite, so only the denominators matter.
 */
function createRejection(moments: JointMoments, n: number, level: number) {
  const t = tQuantile((1 + level) / 2, n - 1);
  return (angle: number): boolean => {
    const c = Math.abs(angle) === Math.PI / 2 ? 0 : Math.cos(angle);
    const sine = Math.sin(angle);
    const s = sine * moments.spread;
    const squares = c * c - 2 * c * s * moments.ud + s * s * moments.dd;
    if (!(squares > 0)) return sine !== 0;
    const statistic = -sine * Math.sqrt((n - 1) / squares);
    const cubes =
      c ** 3 * moments.uuu - 3 * c * c * s * moments.uud + 3 * c * s * s * moments.udd - s ** 3 * moments.ddd;
    const corrected = tWithSkewness(cubes / squares ** 1.5, n, t);
    return statistic < Math.min(-t, corrected.low) || statistic > Math.max(t, corrected.high);
  };
}

type JointMoments = ReturnType<typeof computeJointMoments>;

/**
 * Computes joint moments of the denominators and of the residuals numerator − value·denominator. Their deviations u and
 * d are divided by `length` and `lengthBelow`, so that no power is too large for a double. Reads the values twice
 * instead of storing deviations, because there can be a million values.
 */
function computeJointMoments(numerator: Float64Array, denominator: Float64Array, value: number, below: number) {
  const n = numerator.length;
  const residualAt = (i: number) => (numerator[i] ?? 0) - value * (denominator[i] ?? 0);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += residualAt(i);
  const center = sum / n;
  let [squares, squaresBelow, differs] = [0, 0, false];
  for (let i = 0; i < n; i++) {
    const deviation = residualAt(i) - center;
    const deviationBelow = (denominator[i] ?? 0) - below;
    squares += deviation * deviation;
    squaresBelow += deviationBelow * deviationBelow;
    differs ||= deviation !== 0;
  }
  const [length, lengthBelow] = [Math.sqrt(squares), Math.sqrt(squaresBelow)];
  const sums = { ud: 0, dd: lengthBelow === 0 ? 0 : 1, uuu: 0, uud: 0, udd: 0, ddd: 0 };
  for (let i = 0; i < n; i++) {
    const u = (residualAt(i) - center) / length;
    const d = lengthBelow === 0 ? 0 : ((denominator[i] ?? 0) - below) / lengthBelow;
    sums.ud += u * d;
    sums.uuu += u * u * u;
    sums.uud += u * u * d;
    sums.udd += u * d * d;
    sums.ddd += d * d * d;
  }
  return { ...sums, length, differs, spread: lengthBelow / (below * Math.sqrt(n)) };
}

/** Finds the largest accepted angle between 0 and ±90° by bisection, to the full precision of a double. */
function findLastAccepted(sign: 1 | -1, isRejected: (angle: number) => boolean): number {
  let accepted = 0;
  let rejected = (sign * Math.PI) / 2;
  for (;;) {
    const middle = (accepted + rejected) / 2;
    if (middle === accepted || middle === rejected) return accepted;
    if (isRejected(middle)) rejected = middle;
    else accepted = middle;
  }
}
