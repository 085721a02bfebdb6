import { describe, expect, test } from 'vitest';
import { pairedPermutationTest } from '../../../shared/stats/paired-permutation-test.ts';
import { permutationTest } from '../../../shared/stats/permutation-test.ts';
import reference from '../../fixtures/stats/inference-statistics.json' with { type: 'json' };
import { expectRelative } from '../../support/expect-relative.ts';

const locationOf = (name: string) => (name === 'mean' ? 'mean' : 'median');

/** Standard error of a drawn two-sided p value, twice a share of `resamples`. */
const errorOf = (p: number, resamples: number) => 2 * Math.sqrt(((p / 2) * (1 - p / 2)) / resamples);

describe('permutationTest', () => {
  test.each(reference.permutation)('equals scipy over all divisions to 1e-9: $name', (expected) => {
    const actual = permutationTest(Float64Array.from(expected.base), Float64Array.from(expected.target), {
      statistic: locationOf(expected.location),
      seed: 1,
      resamples: 9999,
    });
    expect(actual?.method).toBe('exact');
    expectRelative(actual?.statistic, expected.statistic, 1e-9, 'difference');
    expectRelative(actual?.pValue, expected.pValue, 1e-9, 'p');
  });

  test.each(reference.permutationDrawn)('equals scipy within the error of drawing: $name', (expected) => {
    const actual = permutationTest(Float64Array.from(expected.base), Float64Array.from(expected.target), {
      statistic: locationOf(expected.location),
      seed: 3,
      resamples: 20_000,
    });
    expect(actual).toMatchObject({ method: 'random', seed: 3, resamples: 20_000 });
    expect(Math.abs(Number(actual?.pValue) - expected.pValue)).toBeLessThan(4 * errorOf(expected.pValue, 20_000));
  });

  test('gives the same for the same seed and never 0', () => {
    const base = Float64Array.from({ length: 40 }, (_, i) => i);
    const target = base.map((value) => value + 1000);
    const options = { statistic: 'mean', seed: 5, resamples: 999 } as const;
    expect(permutationTest(base, target, options)).toEqual(permutationTest(base, target, options));
    expect(permutationTest(base, target, options)?.pValue).toBe(0.002);
  });

  test('is null for an empty sample', () => {
    expect(
      permutationTest(new Float64Array(), Float64Array.of(1), { statistic: 'mean', seed: 1, resamples: 9 }),
    ).toBeNull();
  });
});

describe('pairedPermutationTest', () => {
  test.each(reference.pairedPermutation)('equals scipy over all swaps to 1e-9: $name', (expected) => {
    const actual = pairedPermutationTest(Float64Array.from(expected.differences), {
      statistic: locationOf(expected.location),
      seed: 1,
      resamples: 9999,
    });
    expect(actual?.method).toBe('exact');
    expectRelative(actual?.pValue, expected.pValue, 1e-9, 'p');
  });

  test.each(reference.pairedPermutationDrawn)('equals scipy within the error of drawing: $name', (expected) => {
    const options = { statistic: locationOf(expected.location), seed: 3, resamples: 20_000 } as const;
    const actual = pairedPermutationTest(Float64Array.from(expected.differences), options);
    expect(actual?.method).toBe('random');
    const error = 4 * errorOf(expected.pValue, 20_000) + 1 / 20_000;
    expect(Math.abs(Number(actual?.pValue) - expected.pValue)).toBeLessThan(error);
  });

  test('is null for no pairs', () => {
    expect(pairedPermutationTest(new Float64Array(), { statistic: 'mean', seed: 1, resamples: 9 })).toBeNull();
  });
});
