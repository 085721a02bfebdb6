import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quantile } from '../../../shared/stats/quantile.ts';
import {
  addToSketch,
  countSketched,
  createSketch,
  mergeSketches,
  parseSketch,
  serializeSketch,
  sketchQuantiles,
} from '../../../shared/stats/quantile-sketch.ts';

const value = fc.oneof(
  fc.double({ min: 1e-6, max: 1e7, noNaN: true }),
  fc.integer({ min: 0, max: 2000 }),
  fc.double({ min: 1, max: 1.1, noNaN: true }),
);
const values = fc.array(value, { minLength: 1, maxLength: 300 });
const accuracy = fc.constantFrom(0.001, 0.01, 0.05);
const ps = [0, 0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1];

function makeSketch(alpha: number, added: readonly number[]) {
  const sketch = createSketch(alpha);
  addToSketch(sketch, added);
  return sketch;
}

describe('quantile sketch', () => {
  test('has every quantile within the relative accuracy of the exact one', () => {
    fc.assert(
      fc.property(values, accuracy, (added, alpha) => {
        const estimates = sketchQuantiles(makeSketch(alpha, added), ps);
        ps.forEach((p, i) => {
          const exact = Number(quantile(added, p));
          expect(Math.abs(Number(estimates[i]) - exact)).toBeLessThanOrEqual(alpha * exact * (1 + 1e-9));
        });
      }),
      { numRuns: 300 },
    );
  });

  test('merges to the sketch of all values, in any order and grouping', () => {
    fc.assert(
      fc.property(values, values, values, accuracy, (a, b, c, alpha) => {
        const [x, y, z] = [makeSketch(alpha, a), makeSketch(alpha, b), makeSketch(alpha, c)] as const;
        const whole = serializeSketch(makeSketch(alpha, [...a, ...b, ...c]));
        expect(serializeSketch(mergeSketches(mergeSketches(x, y), z))).toEqual(whole);
        expect(serializeSketch(mergeSketches(z, mergeSketches(y, x)))).toEqual(whole);
        expect(serializeSketch(x), 'merging leaves its parts alone').toEqual(serializeSketch(makeSketch(alpha, a)));
      }),
    );
  });

  test('survives a round trip through JSON', () => {
    fc.assert(
      fc.property(fc.array(value), accuracy, (added, alpha) => {
        const sketch = makeSketch(alpha, added);
        expect(parseSketch(JSON.parse(JSON.stringify(serializeSketch(sketch))))).toEqual(sketch);
      }),
    );
  });

  test('has exact extremes, and counts zeros separately', () => {
    const sketch = makeSketch(0.01, [0, 0, 3.7, 8123.4]);
    expect(sketchQuantiles(sketch, [0, 0.3, 1])).toEqual([0, 0, 8123.4]);
    expect(countSketched(sketch)).toBe(4);
  });

  test('needs fewer than 600 buckets at 1 % for a million latencies from 1 ms to 1 minute', () => {
    const sketch = createSketch(0.01);
    addToSketch(
      sketch,
      (function* () {
        for (let i = 0; i < 1_000_000; i++) yield 60_000 ** ((i * 0.6180339887498949) % 1);
      })(),
    );
    expect(sketch.buckets.size).toBeLessThan(600);
    expect(Math.abs(Number(sketchQuantiles(sketch, [0.5])[0]) / Math.sqrt(60_000) - 1)).toBeLessThan(0.0101);
  });

  test('has null quantiles if empty', () => {
    expect(sketchQuantiles(createSketch(0.01), [0.5, 1])).toEqual([null, null]);
    expect(serializeSketch(createSketch(0.01))).toMatchObject({ min: null, max: null, buckets: [] });
  });

  test('rejects invalid values and accuracies, and sketches of different accuracy', () => {
    for (const wrong of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => addToSketch(createSketch(0.01), [wrong])).toThrow(RangeError);
    expect(() => mergeSketches(createSketch(0.01), createSketch(0.02))).toThrow(RangeError);
    expect(() => parseSketch({ relativeAccuracy: 0.01, zeros: 0, min: null, max: null, buckets: [[1, 0]] })).toThrow();
  });
});
