import { describe, expect, test } from 'vitest';
import {
  countSummaryRequests,
  flattenFields,
  parseErrorFrequencies,
  readSummaryFields,
} from '../../../shared/llmperf/read-summary-fields.ts';

test.each<[unknown, [string, number][]]>([
  ['{}', []],
  ['{429.0: 130}', [['429', 130]]],
  [
    '{429.0: 2, -1.0: 3, -100: 1}',
    [
      ['429', 2],
      ['-1', 3],
      ['-100', 1],
    ],
  ],
  [
    '{\'rate_limit\': 4, "a b": 1}',
    [
      ['rate_limit', 4],
      ['a b', 1],
    ],
  ],
  [{ '500': 2, '404': 0 }, [['500', 2]]],
  [null, []],
])('error codes of %j', (value, expected) => {
  expect([...parseErrorFrequencies(value)]).toEqual(expected);
});

test('error codes of a long word need linear time', () => {
  const startMs = performance.now();
  expect(parseErrorFrequencies('a'.repeat(200_000))).toEqual(new Map());
  expect(performance.now() - startMs).toBeLessThan(1_000);
});

describe('the number of requests of a summary', () => {
  const counts = (results: Record<string, string | number>) =>
    countSummaryRequests(
      readSummaryFields(Object.fromEntries(Object.entries(results).map(([name, value]) => [`results_${name}`, value]))),
    );

  test.each([
    [
      'all counted requests',
      { num_requests_started: 5, number_errors: 2, num_completed_requests: 3 },
      { requests: 5, errors: 2 },
    ],
    [
      'the requests that ended, if more were started',
      { num_requests_started: 9, number_errors: 2, num_completed_requests: 3 },
      { requests: 5, errors: 2 },
    ],
    [
      'the sum of completed and failed requests',
      { num_completed_requests: 3, number_errors: '1' },
      { requests: 4, errors: 1 },
    ],
    [
      'errors by their codes',
      { num_requests_started: 5, error_code_frequency: '{429.0: 2}' },
      { requests: 5, errors: 2 },
    ],
  ])('is %s', (_, results, expected) => {
    expect(counts(results)).toEqual(expected);
  });

  test.each([
    {},
    { num_requests_started: 0 },
    { num_requests_started: 2.5 },
    { num_requests_started: 1, number_errors: 2 },
  ])('is unknown for %j', (results) => {
    expect(counts(results)).toBeNull();
  });
});

test('a long name with many nested fields needs memory in proportion to the file', () => {
  const leaves = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`a${index}_mean`, 1]));
  const summary = { ['x'.repeat(1_000_000)]: leaves, results_ttft_s: { mean: 0.5 } };
  expect(flattenFields(summary).map(([name]) => name)).toEqual(['results_ttft_s', 'results_ttft_s_mean']);
});
