import { describe, expect, test } from 'vitest';
import { wilcoxonSignedRank } from '../../../shared/stats/test-ranks.ts';
import reference from '../../fixtures/stats/inference-statistics.json' with { type: 'json' };
import { expectRelative } from '../../support/expect-relative.ts';

describe('wilcoxonSignedRank', () => {
  test.each(reference.wilcoxon)('equals scipy to 1e-9: $name', ({ differences, method, statistic, pValue }) => {
    const actual = wilcoxonSignedRank(Float64Array.from(differences));
    expect(actual).toMatchObject({ method, statistic });
    expectRelative(actual?.pValue, pValue, 1e-9, 'p');
  });

  test('gives p = 1 if no pair differs, and null without pairs', () => {
    expect(wilcoxonSignedRank(new Float64Array(70))).toMatchObject({ statistic: 0, pValue: 1 });
    expect(wilcoxonSignedRank(new Float64Array())).toBeNull();
  });
});
