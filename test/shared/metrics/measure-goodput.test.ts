import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isGood, measureGoodput } from '../../../shared/metrics/measure-goodput.ts';
import type { Slo } from '../../../shared/spec/slo.ts';
import { wilsonInterval } from '../../../shared/stats/quantile-interval.ts';
import { makeFailure, makeOk, makeSample } from '../../support/factories/sample-factory.ts';

const within: Slo = { metric: 'ttftMs', max: 500 };
const quick: Slo = { metric: 'outputTokensPerSecond', min: 30 };
/** Builds an ok request of 150 tokens in this time. */
const ok = (ttftMs: number, e2eMs: number) => makeOk({ startMs: 0, ttftMs, e2eMs });

describe('goodput', () => {
  const both = ok(500, 4_000);
  const late = ok(501, 4_000);
  const slow = ok(400, 9_000);
  const neither = ok(900, 9_000);

  test('divides requests that meet every SLO, limits included, by those that are ok or failed', () => {
    const { goodputShare, slos } = measureGoodput([within, quick], [both, late, slow, neither, makeFailure(0, 30)]);
    expect(goodputShare).toEqual({ value: 0.2, n: 5, reason: null, interval: wilsonInterval(1, 5) });
    expect(slos).toMatchObject([
      { metric: 'ttftMs', max: 500, min: null, sloShare: { value: 0.4, n: 5 } },
      { metric: 'outputTokensPerSecond', max: null, min: 30, sloShare: { value: 0.4, n: 5 } },
    ]);
  });

  test('excludes canceled and unsent requests, whose result is unknown', () => {
    const canceled = makeFailure(0, 30, { outcome: 'canceled' });
    expect(measureGoodput([within], [both, canceled, makeSample()]).goodputShare).toMatchObject({ value: 1, n: 1 });
  });

  test('gives the reason if there is no value', () => {
    expect(measureGoodput([], [both]).goodputShare).toMatchObject({
      value: null,
      n: 0,
      reason: 'the spec has no slos',
    });
    expect(measureGoodput([within], []).goodputShare).toMatchObject({
      value: null,
      n: 0,
      reason: 'no request has ended',
    });
  });

  test('does not count a request without the value', () => {
    expect(
      isGood([{ metric: 'tpotMs', max: 1e9 }], makeOk({ startMs: 0, ttftMs: 1, e2eMs: 1 }, { outputTokens: 1 })),
    ).toBe(false);
  });

  test('is never above the share of any single SLO, and counts only good requests', () => {
    const times = fc.record({
      ttftMs: fc.integer({ min: 1, max: 1_000 }),
      e2eMs: fc.integer({ min: 1_000, max: 9_000 }),
    });
    fc.assert(
      fc.property(fc.array(times, { minLength: 1, maxLength: 40 }), fc.nat(5), (list, failures) => {
        const samples = [
          ...list.map(({ ttftMs, e2eMs }) => ok(ttftMs, e2eMs)),
          ...Array.from({ length: failures }, () => makeFailure(0, 30)),
        ];
        const { goodputShare, slos } = measureGoodput([within, quick], samples);
        const good = samples.filter((sample) => isGood([within, quick], sample)).length;
        expect(goodputShare.value).toBeCloseTo(good / samples.length, 12);
        for (const { sloShare } of slos) expect(goodputShare.value).toBeLessThanOrEqual(Number(sloShare.value));
      }),
    );
  });
});
