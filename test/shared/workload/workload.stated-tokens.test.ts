import { describe, expect, test } from 'vitest';
import type { TokenDistribution } from '../../../shared/workload/distributions/token-distribution.ts';
import { getWorkloadKind, type Workload } from '../../../shared/workload/workload.ts';
import { makeSpec } from '../../support/factories/sample-factory.ts';

const findStatedTokens = (workload: Workload) => getWorkloadKind(workload).findStatedTokens?.(workload);

describe('the stated tokens of a workload', () => {
  const distributions: { inputTokens: TokenDistribution; expected: number }[] = [
    { inputTokens: { distribution: 'normal', mean: 550, stddev: 150 }, expected: 550 },
    { inputTokens: { distribution: 'lognormal', mean: 320, stddev: 80 }, expected: 320 },
    { inputTokens: { distribution: 'uniform', min: 250, max: 3_500 }, expected: 1_875 },
    { inputTokens: { distribution: 'fixed', value: 700 }, expected: 700 },
    { inputTokens: { distribution: 'empirical', values: [100, 400] }, expected: 250 },
    { inputTokens: { distribution: 'empirical', values: [100, 400], weights: [3, 1] }, expected: 175 },
  ];
  test.each(distributions)('are the stated mean of $inputTokens', ({ inputTokens, expected }) => {
    const { workload } = makeSpec({ workload: { kind: 'sonnet', inputTokens } });
    expect(findStatedTokens(workload)).toEqual({ inputTokens: expected, outputTokens: 150 });
  });

  test('are undefined for a workload without sizes', () => {
    expect(findStatedTokens(makeSpec({ workload: { kind: 'number-words' } }).workload)).toBeUndefined();
  });
});
