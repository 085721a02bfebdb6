import { describe, expect, test } from 'vitest';
import { countBilledTokens } from '../../../shared/cost/tally-bills.ts';
import { makeFailure, makeOk } from '../../support/factories/sample-factory.ts';

const times = { startMs: 0, ttftMs: 100, e2eMs: 1_000 };
const usage = (inputTokens: number | null, outputTokens: number | null) => ({
  inputTokens,
  outputTokens,
  cachedTokens: null,
  reasoningTokens: null,
});

describe('countBilledTokens', () => {
  test("prefers the server's counts, and names the source", () => {
    const counted = { inputTokens: 500, outputTokens: 100 };
    const parts = { cachedInputTokens: 0, reasoningTokens: 0 };
    expect(countBilledTokens(makeOk(times, { ...counted, usage: usage(600, 120) }))).toEqual({
      inputTokens: 600,
      outputTokens: 120,
      ...parts,
      source: 'usage',
    });
    expect(countBilledTokens(makeOk(times, { ...counted, usage: null }))).toEqual({
      ...counted,
      ...parts,
      source: 'tokenizer',
    });
    expect(countBilledTokens(makeOk(times, { ...counted, usage: usage(600, null) }))).toEqual({
      inputTokens: 600,
      outputTokens: 100,
      ...parts,
      source: 'mixed',
    });
  });

  test('counts a failure as billed only if usage reports it', () => {
    expect(countBilledTokens(makeFailure(0, 5))).toBeNull();
    expect(countBilledTokens(makeFailure(0, 5, { usage: usage(550, 10) }))).toMatchObject({ source: 'usage' });
  });
});
