import { describe, expect, test } from 'vitest';
import { sloSchema } from '../../../shared/spec/slo.ts';

const listIssues = (value: unknown) =>
  sloSchema.safeParse(value).error?.issues.map(({ path, message }) => [path.join('/'), message]);

describe('sloSchema', () => {
  test('accepts max, min or both', () => {
    for (const limits of [{ max: 800 }, { min: 20 }, { min: 20, max: 20 }])
      expect(sloSchema.parse({ metric: 'ttftMs', ...limits })).toEqual({ metric: 'ttftMs', ...limits });
  });

  test('rejects a missing limit and an empty range with a remedy', () => {
    expect(listIssues({ metric: 'ttftMs' })).toEqual([['', expect.stringContaining('Add one')]]);
    expect(listIssues({ metric: 'ttftMs', max: 1, min: 2 })).toEqual([
      ['min', 'is greater than max (1). Decrease min or increase max'],
    ]);
  });

  test('rejects a metric that single requests do not have', () => {
    expect(listIssues({ metric: 'chunkGapMs', max: 1 })?.[0]?.[0]).toBe('metric');
  });
});
