import { describe, expect, test } from 'vitest';
import { groupErrors } from '../../../shared/metrics/count-outcomes.ts';
import { makeFailure, makeOk, makeSample } from '../../support/factories/sample-factory.ts';

describe('groupErrors', () => {
  test('groups by outcome, status and code, largest first, with the message of the first request', () => {
    const refused = {
      outcome: 'connect',
      httpStatus: null,
      error: { code: 'ECONNREFUSED', message: 'refused' },
    } as const;
    const samples = [
      makeFailure(0, 1, { requestIndex: 3, error: { code: 'rate_limit', message: 'second' } }),
      makeFailure(0, 1, { requestIndex: 1, error: { code: 'rate_limit', message: 'first' } }),
      makeFailure(0, 1, { requestIndex: 2, ...refused }),
      makeOk({ startMs: 0, ttftMs: 1, e2eMs: 2 }, { requestIndex: 0 }),
      makeSample({ requestIndex: 4, notSentReason: 'cost_cap' }),
    ];
    expect(groupErrors(samples)).toEqual([
      { outcome: 'rate_limited', httpStatus: 429, code: 'rate_limit', message: 'first', count: 2, firstIndex: 1 },
      { outcome: 'connect', httpStatus: null, code: 'ECONNREFUSED', message: 'refused', count: 1, firstIndex: 2 },
    ]);
  });

  test('has at most 20 groups if every failure has its own code', () => {
    const samples = Array.from({ length: 500 }, (_, index) =>
      makeFailure(0, 1, { requestIndex: index, error: { code: `code-${index}`, message: 'x' } }),
    );
    expect(groupErrors(samples)).toHaveLength(20);
  });

  test('does not depend on the order of the samples', () => {
    const samples = Array.from({ length: 60 }, (_, index) =>
      makeFailure(0, 1, { requestIndex: index, error: { code: `code-${index % 30}`, message: `message ${index}` } }),
    );
    expect(groupErrors([...samples].reverse())).toEqual(groupErrors(samples));
  });
});
