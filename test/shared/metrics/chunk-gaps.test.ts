import { describe, expect, test } from 'vitest';
import { addGaps, createGapSketch, maxRawGaps, poolGaps, summarizeGaps } from '../../../shared/metrics/chunk-gaps.ts';
import { makeRandom } from '../../support/factories/sample-factory.ts';

const statisticNames = ['p25', 'p50', 'p75', 'p90', 'p95', 'p99'] as const;

/** Draws gaps of 20 to 40 ms, one in fifty a stall. */
function gaps(n: number, seed: number): Float64Array {
  const random = makeRandom(seed);
  return Float64Array.from({ length: n }, () => (random() < 0.02 ? 2_000 * random() : 20 + 20 * random()));
}

function makeSketch(...parts: Float64Array[]) {
  const sketch = createGapSketch();
  for (const part of parts) addGaps(sketch, part);
  return sketch;
}

describe('gaps that are too many to keep', () => {
  const parts = [gaps(20_000, 1), gaps(5_000, 2), new Float64Array()];
  const exact = summarizeGaps(poolGaps(parts), 'none');
  const sketched = summarizeGaps(makeSketch(...parts), 'none');

  test('have quantiles within the stated error, and all other statistics exact', () => {
    expect(sketched).toMatchObject({ n: 25_000, min: exact.min, max: exact.max, reason: null, intervals: null });
    expect(sketched.mean).toBeCloseTo(Number(exact.mean), 9);
    expect(sketched.stddev).toBeCloseTo(Number(exact.stddev), 9);
    const { quantileError } = sketched;
    expect(quantileError).toBe(0.005);
    expect(exact.quantileError).toBeNull();
    for (const name of statisticNames)
      expect(Math.abs(Number(sketched[name]) / Number(exact[name]) - 1), name).toBeLessThanOrEqual(
        Number(quantileError),
      );
  });

  test('do not depend on the order of pooling', () => {
    const [a = new Float64Array(), b = new Float64Array()] = parts;
    const [one, other] = [poolGaps([makeSketch(a), b]), poolGaps([b, null, makeSketch(a)])];
    expect({ ...summarizeGaps(one, ''), mean: 0, stddev: 0 }).toEqual({
      ...summarizeGaps(other, ''),
      mean: 0,
      stddev: 0,
    });
    expect(summarizeGaps(one, '').p99).toBe(sketched.p99);
  });

  test('become a sketch if the stages together have too many', () => {
    const half = new Float64Array(maxRawGaps / 2 + 1).fill(25);
    const pooled = summarizeGaps(poolGaps([half, half]), '');
    expect(pooled).toMatchObject({ n: maxRawGaps + 2, min: 25, max: 25, p50: 25, mean: 25, quantileError: 0.005 });
  });

  test('give the reason without gaps', () => {
    expect(summarizeGaps(createGapSketch(), 'no gaps')).toMatchObject({
      n: 0,
      p50: null,
      mean: null,
      reason: 'no gaps',
    });
    expect(poolGaps([null, null])).toBeNull();
  });
});
