import { describe, expect, test } from 'vitest';
import { compareRequests, type MetricColumns } from '../../../../../shared/report/build/compare/compare-stages.ts';
import { compareSamples } from '../../../../../shared/stats/compare-samples.ts';

/** Builds a stage with the given TTFT at each index. */
function stage(promptOffset: number, ttftMs: number[]): MetricColumns {
  const values = Float64Array.from(ttftMs);
  const none = new Float64Array(ttftMs.length).fill(Number.NaN);
  const columns = { ttftMs: values, e2eLatencyMs: none, itlMs: none, tpotMs: none, outputTokensPerSecond: none };
  return { promptOffset, columns };
}

const byPrompt = (from: number, to: number, of: (prompt: number) => number) =>
  Array.from({ length: to - from }, (_, i) => of(from + i));
const slow = (prompt: number) => 300 + ((prompt * 37) % 60);
const fast = (prompt: number) => slow(prompt) / 2 + (prompt % 3);

describe('compareRequests', () => {
  test('pairs requests by prompt, not by index', () => {
    const base = stage(20, byPrompt(20, 60, slow));
    const target = stage(22, byPrompt(22, 62, fast));
    const [pairsOfBase, pairsOfTarget] = [byPrompt(22, 60, slow), byPrompt(22, 60, fast)];
    const expected = compareSamples(Float64Array.from(pairsOfBase), Float64Array.from(pairsOfTarget), true);
    expect(expected).toMatchObject({ paired: true, nBase: 38 });
    expect(compareRequests(base, target, 'ttftMs')).toEqual(expected);
    const backwards = compareSamples(Float64Array.from(pairsOfTarget), Float64Array.from(pairsOfBase), true);
    expect(compareRequests(target, base, 'ttftMs')).toEqual(backwards);
  });

  test('excludes a prompt that one of the two did not answer', () => {
    const lacking = byPrompt(0, 40, fast).map((value, i) => (i === 7 ? Number.NaN : value));
    expect(compareRequests(stage(0, byPrompt(0, 40, slow)), stage(0, lacking), 'ttftMs')).toMatchObject({
      paired: true,
      nBase: 39,
      nTarget: 39,
    });
  });

  test('compares stages with different prompts as two samples', () => {
    const base = stage(0, byPrompt(0, 40, slow));
    const target = stage(40, byPrompt(40, 90, fast));
    expect(compareRequests(base, target, 'ttftMs')).toMatchObject({ paired: false, nBase: 40, nTarget: 50 });
  });

  test('is null for a metric that no request has', () => {
    const base = stage(0, byPrompt(0, 40, slow));
    expect(compareRequests(base, base, 'tpotMs')).toBeNull();
  });
});
