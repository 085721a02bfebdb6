import { describe, expect, test } from 'vitest';
import { measureTurns } from '../../../shared/metrics/measure-turns.ts';
import { makeOk, wallMs } from '../../support/factories/sample-factory.ts';

const ok = (turn: number | null, ttftMs: number, inputTokens: number, cachedTokens: number | null) =>
  makeOk(
    { startMs: 0, ttftMs, e2eMs: 5_000 },
    { turn, inputTokens, usage: { inputTokens, outputTokens: 150, cachedTokens, reasoningTokens: null } },
  );

describe('measureTurns', () => {
  test('measures each turn in order, with the cached share of its input', () => {
    const turns = measureTurns([ok(2, 300, 500, 400), ok(1, 100, 200, 0), ok(2, 500, 700, 500), ok(null, 1, 1, 1)]);
    expect(turns.map(({ turn }) => turn)).toEqual([1, 2]);
    expect(turns[0]).toMatchObject({ ttftMs: { n: 1, p50: 100 }, cachedInputShare: { value: 0, n: 1 } });
    expect(turns[1]).toMatchObject({ ttftMs: { n: 2, p50: 400 }, inputTokens: { mean: 600 } });
    expect(turns[1]?.cachedInputShare).toMatchObject({ value: 0.75, n: 2, reason: null });
  });

  test('measures how many turns started before the previous turn ended, also on another worker', () => {
    const at = (conversationIndex: number, turn: number, startMs: number, originWallMs = wallMs) =>
      makeOk({ startMs, ttftMs: 10, e2eMs: 99.5 }, { conversationIndex, turn, originWallMs }); // ends 100 ms after its start
    const turns = measureTurns([
      at(0, 1, 0),
      at(0, 2, 100),
      at(1, 1, 0),
      at(1, 2, 0, wallMs + 99),
      at(2, 2, 0),
      at(0, 3, 300),
    ]);
    expect(turns[0]?.overlapShare).toMatchObject({ value: null, n: 0 });
    expect(turns[1]?.overlapShare).toEqual({ value: 0.5, n: 2, reason: null });
    expect(turns[2]?.overlapShare).toEqual({ value: 0, n: 1, reason: null });
  });

  test('is empty without conversations', () => {
    expect(measureTurns([ok(null, 100, 500, 0)])).toEqual([]);
  });

  test('is null, not 0, if usage does not report the cache', () => {
    expect(measureTurns([ok(1, 100, 500, null)])[0]?.cachedInputShare).toMatchObject({
      value: null,
      n: 0,
      reason: 'no response reports it in usage',
    });
  });
});
