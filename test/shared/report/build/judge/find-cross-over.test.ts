import { describe, expect, test } from 'vitest';
import { buildReport } from '../../../../../shared/report/build/build-report.ts';
import { findCrossOver } from '../../../../../shared/report/build/judge/find-cross-over.ts';
import { makeOk, makeTwoProviders } from '../../../../support/factories/sample-factory.ts';

/** Builds requests of which two are open at a time; request i requests the number 10,000 + 97·i. */
function stageOf(answers: Record<number, number>, requests = 100) {
  const samples = Array.from({ length: requests }, (_, index) => {
    const expectedNumber = 10_000 + 97 * index;
    const answerNumber = answers[index] ?? expectedNumber;
    const checksum = answerNumber === expectedNumber ? 'ok' : 'mismatch';
    return makeOk(
      { startMs: 100 * index, ttftMs: 20, e2eMs: 180 },
      { requestIndex: index, expectedNumber, answerNumber, checksum },
    );
  });
  return { targetId: 'a', stageIndex: 0, samples };
}

describe('findCrossOver', () => {
  test('finds answers with the number of another request, and whether that request was open', () => {
    const crossed = findCrossOver([stageOf({ 3: 10_000 + 97 * 4, 4: 10_000 + 97 * 3, 50: 10_000 + 97 * 90 })]);
    expect(crossed).toMatchObject({ wrong: 3, crossed: 3, atOnce: 2 });
    expect(crossed.examples[0]).toMatchObject({
      requestIndex: 3,
      number: 10_388,
      other: { targetId: 'a', stageIndex: 0, requestIndex: 4 },
    });
    expect(crossed.examples[2]).toMatchObject({ requestIndex: 50, other: { requestIndex: 90 } });
    expect(crossed.pValue).toBeLessThan(1e-3);
  });

  test('does not count wrong numbers that no request has, and gives the count expected by chance', () => {
    const wrong = findCrossOver([stageOf({ 3: 10_001, 4: 10_002, 5: 77 })]);
    expect(wrong).toMatchObject({ wrong: 3, crossed: 0, examples: [], pValue: 1 });
    // 99 other numbers among 9,604; the one below all of them cannot be crossed.
    expect(wrong.expectedByChance).toBeCloseTo((2 * 99) / 9_604, 12);
  });

  test('finds requests of another stage or target, except those of the same prompt', () => {
    const other = { ...stageOf({}), targetId: 'b', stageIndex: 1 };
    const far = {
      ...stageOf({}),
      samples: [makeOk({ startMs: 0, ttftMs: 1, e2eMs: 2 }, { requestIndex: 7, expectedNumber: 55_555 })],
    };
    const crossed = findCrossOver([stageOf({ 8: 55_555 }), other, { ...far, targetId: 'c', stageIndex: 2 }]);
    expect(crossed).toMatchObject({
      crossed: 1,
      examples: [{ requestIndex: 8, other: { targetId: 'c', stageIndex: 2, requestIndex: 7 } }],
    });
  });

  test('is empty if no answer is wrong', () => {
    expect(findCrossOver([stageOf({})])).toMatchObject({ wrong: 0, crossed: 0, pValue: null });
  });
});

test('a run is suspect, with an example, if more answers crossed over than by chance', () => {
  const input = makeTwoProviders(40);
  const stages = input.stages.map((stage) => ({
    ...stage,
    samples: stage.samples.map((sample) => {
      const expectedNumber = 10_000 + 1_009 * sample.requestIndex;
      const isCrossed = stage.plan.targetIndex === 0 && sample.requestIndex < 4 && !sample.warmup;
      const answerNumber = isCrossed ? 10_000 + 1_009 * (sample.requestIndex ^ 1) : expectedNumber;
      return { ...sample, expectedNumber, answerNumber, checksum: isCrossed ? ('mismatch' as const) : ('ok' as const) };
    }),
  }));
  const { trust, crossOver } = buildReport({ ...input, stages });
  expect(crossOver).toMatchObject({ wrong: 4, crossed: 4 });
  expect(trust.result).toBe('suspect');
  expect(trust.reasons.at(-1)).toMatch(
    /^Responses may have gone to the wrong requests. 4 of 4 wrong answers .* request 0 of anyscale, stage 0 contains the number of request 1/,
  );
});
