import { describe, expect, test } from 'vitest';
import { measureTokenCounts } from '../../../../../shared/metrics/measure-token-counts.ts';
import { warnOfCache } from '../../../../../shared/report/build/warn/warn-of-cache.ts';
import type { RunSpecInput } from '../../../../../shared/spec/run-spec.ts';
import { makeOk, makeSpec } from '../../../../support/sample-factory.ts';

const times = { startMs: 0, ttftMs: 100, e2eMs: 1_000 };

/** Of as many requests as counts of cached tokens, each of 500 input tokens; null where the server does not tell. */
function warningsOf(workload: Partial<RunSpecInput['workload']>, cached: readonly (number | null)[]): string[] {
  const ok = cached.map((cachedTokens) =>
    makeOk(times, { usage: { inputTokens: 500, outputTokens: 10, cachedTokens, reasoningTokens: null } }),
  );
  const { workload: whole } = makeSpec({ workload: workload as RunSpecInput['workload'] }); // defaults are filled in
  return warnOfCache(whole, measureTokenCounts(ok), ok.length);
}

describe('cacheWarnings', () => {
  test.each(['cold', 'warm'] as const)('say nothing of a %s run whose server took nothing from a cache', (cache) => {
    expect(warningsOf({ kind: 'sonnet', cache }, [0, 0, null])).toEqual([]);
  });

  test('hold it against a cold run that tokens came from a cache, with the share and how many requests', () => {
    const [warning = '', ...more] = warningsOf({ kind: 'sonnet', cache: 'cold' }, [400, 0, 0, null]);
    expect(warning).toMatch(
      /^The server took 26\.7 % of input tokens from a cache, in 1 of 3 requests that tell: though the run was to be cold/,
    );
    expect(more).toEqual([]);
  });

  test('take it as it is for a warm run, and for a conversation', () => {
    expect(warningsOf({ kind: 'llmperf-v2' }, [100])[0]).toContain('those of a warm one');
    expect(warningsOf({ kind: 'conversation' }, [100])[0]).toContain('repeats what was said before');
  });

  test('say that prompts repeat where there are fewer than requests, unless each begins with words of its own', () => {
    const prompts = [{ prompt: 'a' }, { prompt: 'b' }];
    expect(warningsOf({ kind: 'prompts', prompts }, [0, 0])).toEqual([]);
    expect(warningsOf({ kind: 'prompts', prompts }, [0, 0, 0])).toEqual([
      'Prompts repeat: 3 requests, warm-up included, are asked with 2 prompts, so that a cache may help all but the first of each.',
    ]);
    expect(warningsOf({ kind: 'prompts', prompts, cache: 'cold' }, [0, 0, 0])).toEqual([]);
    expect(warningsOf({ kind: 'number-words', min: 7, max: 7 }, [0, 0])[0]).toContain('with 1 prompt,');
    const dataset = { kind: 'dataset', datasetId: `dts_${'0'.repeat(26)}` } as const;
    expect(warningsOf({ ...dataset, promptCount: 1 }, [0, 0])[0]).toContain('Prompts repeat');
  });
});
