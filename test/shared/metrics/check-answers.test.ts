import { describe, expect, test } from 'vitest';
import { checkAnswers } from '../../../shared/metrics/check-answers.ts';
import { wilsonInterval } from '../../../shared/stats/quantile-interval.ts';
import { makeOk } from '../../support/factories/sample-factory.ts';

const times = { startMs: 0, ttftMs: 100, e2eMs: 1_000 };

describe('checkAnswers', () => {
  test('counts right, wrong and absent numbers over the answers that should have one', () => {
    const answers = checkAnswers([
      makeOk(times),
      makeOk(times, { checksum: 'mismatch', checksumAnyOk: true, linesFromInput: 0.5 }),
      makeOk(times, { checksum: 'absent', checksumAnyOk: false }),
      makeOk(times, { checksum: null, checksumAnyOk: null, linesFromInput: null }),
    ]);
    expect(answers.checksum).toEqual({ ok: 1, mismatch: 1, absent: 1 });
    expect(answers.checksumOkRate).toEqual({ value: 1 / 3, n: 3, reason: null, interval: wilsonInterval(1, 3) });
    expect(answers.checksumAnyOkRate).toEqual({ value: 2 / 3, n: 3, reason: null, interval: wilsonInterval(2, 3) });
    expect(answers.linesFromInput).toMatchObject({ n: 3, mean: 2.5 / 3 });
  });

  test('compares the output with the requested length', () => {
    const short = makeOk(times, { requestedOutputTokens: 200, outputTokens: 100 });
    expect(checkAnswers([short]).outputAttainment).toEqual({ value: 0.5, n: 1, reason: null });
  });

  test('counts finish reasons, most frequent first, missing ones as null', () => {
    const samples = ['length', null, 'stop', 'stop'].map((finishReason) => makeOk(times, { finishReason }));
    expect(checkAnswers(samples).finishReasons).toEqual([
      { finishReason: 'stop', count: 2 },
      { finishReason: 'length', count: 1 },
      { finishReason: null, count: 1 },
    ]);
  });

  test.each([
    { right: 60, wrong: 0, side: 'inconclusive' },
    { right: 150, wrong: 0, side: 'above' },
    { right: 97, wrong: 3, side: 'inconclusive' },
    { right: 80, wrong: 20, side: 'below' },
  ] as const)(
    'says on which side of 97 % $right right and $wrong wrong answers lie: $side',
    ({ right, wrong, side }) => {
      const samples = Array.from({ length: right + wrong }, (_, i) =>
        makeOk(times, { checksum: i < right ? 'ok' : 'mismatch' }),
      );
      expect(checkAnswers(samples).checksumRule).toEqual({ limit: 0.97, side });
    },
  );

  test('is null, with a reason, if nothing was checked', () => {
    const { checksumOkRate, checksumRule, linesFromInput } = checkAnswers([]);
    expect(checksumOkRate.interval).toBeNull();
    expect(checksumRule.side).toBeNull();
    expect(checksumOkRate).toMatchObject({ value: null, n: 0, reason: expect.stringContaining('number') });
    expect(linesFromInput).toMatchObject({ n: 0, mean: null, reason: expect.stringContaining('lines') });
  });
});
