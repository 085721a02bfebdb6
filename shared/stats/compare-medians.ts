import type { Contrast, Contrasts } from './contrast.ts';
import { percentileInterval } from './percentile-interval.ts';
import { quantile } from './quantile.ts';
import { resampleMedians } from './resample-medians.ts';
import type { Resampling } from './resampling.ts';
import { resamplingGenerator } from './resampling-generator.ts';

/**
 * Compares the medians of two samples: difference and ratio, with percentile bootstrap intervals from the same resamples.
 * Unpaired samples are resampled apart; of paired ones (the same prompts) pairs are, so that what the prompts have in common
 * cancels out. It costs (nBase + nTarget)·resamples draws: `combineIntervals` is for more. The method of an interval names
 * the number of resamples and the seed.
 * @param base the sample in the denominator, of one value at least; paired: value i of both belongs to prompt i
 */
export function compareMedians(
  base: Float64Array,
  target: Float64Array,
  { paired, seed, resamples, level = 0.95 }: Resampling & { paired: boolean; level?: number },
): Contrasts {
  if (paired && base.length !== target.length) throw new Error('pairs need two samples of one length');
  const random = resamplingGenerator(seed, `medians, ${paired ? 'pairs' : 'two samples'}`);
  const draw = (...columns: Float64Array[]) => resampleMedians(columns, resamples, random);
  const [bases, targets] = paired ? draw(base, target) : [...draw(base), ...draw(target)];
  const medians = { base: quantile(base, 0.5) ?? Number.NaN, target: quantile(target, 0.5) ?? Number.NaN };
  const contrast = (of: (target: number, base: number) => number): Contrast => {
    const value = of(medians.target, medians.base);
    if (!Number.isFinite(value)) return { value: null, interval: null, reason: 'the base is not above 0' };
    const replicates = Float64Array.from(targets ?? [], (t, b) => of(t, bases?.[b] ?? Number.NaN));
    const interval = percentileInterval(replicates, level);
    if (interval === null) return { value, interval, reason: 'some resamples have no such value' };
    const method = `${interval.method} (${resamples} resamples, seed ${seed})`;
    return { value, interval: { ...interval, method }, reason: null };
  };
  return { difference: contrast((t, b) => t - b), ratio: contrast((t, b) => (b > 0 ? t / b : Number.NaN)) };
}
