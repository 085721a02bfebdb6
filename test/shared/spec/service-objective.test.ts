import { describe, expect, test } from 'vitest';
import { serviceObjectiveSchema } from '../../../shared/spec/service-objective.ts';

const issuesOf = (value: unknown) =>
  serviceObjectiveSchema.safeParse(value).error?.issues.map(({ path, message }) => [path.join('/'), message]);

describe('serviceObjectiveSchema', () => {
  test('takes a limit from above, from below, or both', () => {
    for (const limits of [{ max: 800 }, { min: 20 }, { min: 20, max: 20 }])
      expect(serviceObjectiveSchema.parse({ metric: 'ttftMs', ...limits })).toEqual({ metric: 'ttftMs', ...limits });
  });

  test('refuses none, and a range that nothing can meet, with what to do', () => {
    expect(issuesOf({ metric: 'ttftMs' })).toEqual([['', expect.stringContaining('give max')]]);
    expect(issuesOf({ metric: 'ttftMs', max: 1, min: 2 })).toEqual([['min', 'is above max, 1; give 1 or less']]);
  });

  test('refuses a metric that no request has by itself', () => {
    expect(issuesOf({ metric: 'chunkGapMs', max: 1 })?.[0]?.[0]).toBe('metric');
  });
});
