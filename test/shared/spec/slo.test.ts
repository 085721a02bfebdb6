import { describe, expect, test } from 'vitest';
import { sloSchema } from '../../../shared/spec/slo.ts';

const issuesOf = (value: unknown) =>
  sloSchema.safeParse(value).error?.issues.map(({ path, message }) => [path.join('/'), message]);

describe('sloSchema', () => {
  test('takes a limit from above, from below, or both', () => {
    for (const limits of [{ max: 800 }, { min: 20 }, { min: 20, max: 20 }])
      expect(sloSchema.parse({ metric: 'ttftMs', ...limits })).toEqual({ metric: 'ttftMs', ...limits });
  });

  test('refuses none, and a range that nothing can meet, with what to do', () => {
    expect(issuesOf({ metric: 'ttftMs' })).toEqual([['', expect.stringContaining('give max')]]);
    expect(issuesOf({ metric: 'ttftMs', max: 1, min: 2 })).toEqual([['min', 'is above max, 1; give 1 or less']]);
  });

  test('refuses a metric that no request has by itself', () => {
    expect(issuesOf({ metric: 'chunkGapMs', max: 1 })?.[0]?.[0]).toBe('metric');
  });
});
