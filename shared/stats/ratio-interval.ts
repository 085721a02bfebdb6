import type { Interval } from './interval.ts';
import { mean } from './mean.ts';
import { requireFinite } from './require-finite.ts';
import { minimumNForMean } from './summary-intervals.ts';
import { tQuantile } from './t-quantile.ts';
import { tWithSkewness } from './t-with-skewness.ts';

/** Of ten or so, what is not refused may be several stretches with gaps between them; of so many none was found that is. */
const leastPairs = minimumNForMean;

const beyondRange = 'an end is beyond the range of numbers';

export type RatioEstimate = {
  /** Null where the mean of the denominators is not above 0. */
  value: number | null;
  interval: Interval | null;
  /** Why there is no interval; null where there is. */
  reason: string | null;
};

/**
 * Σ numerator / Σ denominator over pairs, with its interval: the r for which 0 lies in the `meanInterval` of
 * numerator − r·denominator (E. C. Fieller, JRSS B 16, 1954, with that interval in place of t). A linearized ratio (delta
 * method, jackknife) takes the deviations of pairs with a large denominator from a ratio that they drew to themselves, and
 * misses too often in heavy tails; these deviations are from the ratio asked about, so that the interval covers as that of a
 * mean does (docs/statistics.md). Nothing is resampled.
 * No interval for fewer than 20 pairs, nor where the interval of the mean denominator holds 0: then no ratio is too large to be refused.
 * Example: 2, 4, … 40 over 1, 2, … 20 is 2, from 2 to 2.
 * @param numerator and denominator of one length, a pair at each index
 */
export function ratioInterval(numerator: Float64Array, denominator: Float64Array, level = 0.95): RatioEstimate {
  if (numerator.length !== denominator.length) throw new Error('a ratio of pairs needs two samples of one length');
  requireFinite(numerator, denominator);
  const n = numerator.length;
  const [above, below] = [mean(numerator), mean(denominator)];
  if (above === null || below === null || !(below > 0) || !Number.isFinite(above / below))
    return { value: null, interval: null, reason: 'the mean that it is a ratio to is not above 0' };
  const value = above / below;
  const withheld = (reason: string) => ({ value, interval: null, reason });
  if (n < leastPairs) return withheld(`it needs ${leastPairs} pairs or more`);
  const method = 'Fieller, with t plain and skewness corrected';
  const moments = jointMoments(numerator, denominator, value, below);
  if (moments.length === 0) {
    if (moments.differs) return withheld(beyondRange);
    return { value, interval: { level, low: value, high: value, method }, reason: null };
  }
  const isRefused = createRefusal(moments, n, level);
  if (!isRefused(Math.PI / 2)) return withheld('the mean that it is a ratio to cannot be told from 0');
  const scale = moments.length / (below * Math.sqrt(n));
  const low = value + scale * Math.tan(findLastHeld(-1, isRefused));
  const high = value + scale * Math.tan(findLastHeld(1, isRefused));
  if (!Number.isFinite(low) || !Number.isFinite(high)) return withheld(beyondRange);
  return { value, interval: { level, low, high, method }, reason: null };
}

/**
 * Whether the data refuse the ratio that lies tan(angle) scales from the estimate: 0 is not in the interval of the mean of
 * numerator − r·denominator. At a right angle the ratio is without bound, and the denominators alone are asked.
 */
function createRefusal(moments: JointMoments, n: number, level: number) {
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

type JointMoments = ReturnType<typeof jointMoments>;

/**
 * Of numerator − value·denominator (the residuals) and of the denominators: the length of the deviations of the former, and sums
 * of products of both by their lengths, u and d, so that no power leaves the range of doubles. `spread` is the length of the
 * latter by √n times their mean. Values are read again where they are needed: there may be a million.
 */
function jointMoments(numerator: Float64Array, denominator: Float64Array, value: number, below: number) {
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

/** The last angle from 0 towards a right angle of that sign that is not refused, by bisection to the last digit. */
function findLastHeld(sign: 1 | -1, isRefused: (angle: number) => boolean): number {
  let held = 0;
  let refused = (sign * Math.PI) / 2;
  for (;;) {
    const middle = (held + refused) / 2;
    if (middle === held || middle === refused) return held;
    if (isRefused(middle)) refused = middle;
    else held = middle;
  }
}
