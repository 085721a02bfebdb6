import { describe, expect, test } from 'vitest';
import { measureWarmup } from '../../../shared/metrics/measure-failures.ts';
import { makeFailure, makeOk } from '../../support/factories/sample-factory.ts';

describe('measureWarmup', () => {
  test('takes the first TTFT from the request that started first, not from the first index', () => {
    const warmup = [
      makeOk({ startMs: 50, ttftMs: 80, e2eMs: 900 }, { requestIndex: 10, warmup: true }),
      makeOk({ startMs: 10, ttftMs: 450, e2eMs: 900 }, { requestIndex: 11, warmup: true }),
      makeFailure(0, 5, { requestIndex: 12, warmup: true }),
    ];
    expect(measureWarmup(warmup)).toMatchObject({
      counts: { planned: 3, ok: 2, failed: 1 },
      firstTtftMs: { value: 450, n: 1 },
      ttftMs: { n: 2, max: 450 },
    });
  });

  test('is null, with the reason, if no request is ok', () => {
    expect(measureWarmup([]).firstTtftMs).toEqual({ value: null, n: 0, reason: 'no warm-up request is ok' });
  });
});
