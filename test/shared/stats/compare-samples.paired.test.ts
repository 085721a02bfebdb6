import { describe, expect, test } from 'vitest';
import { drawIndex, percentileInterval, resamplingGenerator } from '../../../shared/stats/compare-medians.ts';
import { compareSamples, pairedMeanContrasts } from '../../../shared/stats/compare-samples.ts';
import { mean } from '../../../shared/stats/mean.ts';
import { drawNormal } from './draw-latencies.ts';

const random = resamplingGenerator(8, 'pairs');
const base = Float64Array.from({ length: 600 }, () => Math.exp(6 + 0.6 * drawNormal(random)));
const target = base.map((value) => 1.1 * value * Math.exp(0.1 * drawNormal(random)));

describe('pairedMeanContrasts', () => {
  test('agrees with the bootstrap of pairs to a tenth of its width', () => {
    const actual = pairedMeanContrasts(base, target);
    const resamples = Array.from({ length: 2000 }, () => {
      const rows = Uint32Array.from(base, () => drawIndex(random, base.length));
      const computeMean = (values: Float64Array) => Number(mean(Float64Array.from(rows, (row) => Number(values[row]))));
      return { base: computeMean(base), target: computeMean(target) };
    });
    const expected = {
      difference: percentileInterval(Float64Array.from(resamples, (drawn) => drawn.target - drawn.base)),
      ratio: percentileInterval(Float64Array.from(resamples, (drawn) => drawn.target / drawn.base)),
    };
    for (const contrast of ['difference', 'ratio'] as const) {
      const [own, other] = [actual[contrast].interval, expected[contrast]];
      const tolerance = (Number(other?.high) - Number(other?.low)) / 10;
      expect(Math.abs(Number(own?.low) - Number(other?.low)), `${contrast}, low end`).toBeLessThan(tolerance);
      expect(Math.abs(Number(own?.high) - Number(other?.high)), `${contrast}, high end`).toBeLessThan(tolerance);
    }
  });

  test('gives pairs a narrower interval in sample comparisons', () => {
    const paired = compareSamples(base, target, true)?.mean.ratio.interval;
    const apart = compareSamples(base, target, false)?.mean.ratio.interval;
    expect(paired?.method).toMatch(/^Fieller, /);
    expect((Number(paired?.high) - Number(paired?.low)) * 4).toBeLessThan(Number(apart?.high) - Number(apart?.low));
  });

  test('has no ratio if the base is 0', () => {
    const zeros = new Float64Array(5);
    expect(pairedMeanContrasts(zeros, Float64Array.of(1, 2, 3, 4, 5))).toMatchObject({
      difference: { value: 3 },
      ratio: { value: null, interval: null, reason: 'the mean of the denominator is not above 0' },
    });
  });
});
