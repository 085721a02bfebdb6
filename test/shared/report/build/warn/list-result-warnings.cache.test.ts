import { describe, expect, test } from 'vitest';
import { measureTokenCounts } from '../../../../../shared/metrics/measure-token-counts.ts';
import { listCacheWarnings } from '../../../../../shared/report/build/warn/list-result-warnings.ts';
import type { RunSpecInput } from '../../../../../shared/spec/run-spec.ts';
import { makeOk, makeSpec } from '../../../../support/factories/sample-factory.ts';

const times = { startMs: 0, ttftMs: 100, e2eMs: 1_000 };

/** Lists the warnings for one request of 500 input tokens per count of cached tokens; null if the server does not report it. */
function listWarnings(workload: Partial<RunSpecInput['workload']>, cached: readonly (number | null)[]): string[] {
  const ok = cached.map((cachedTokens) =>
    makeOk(times, { usage: { inputTokens: 500, outputTokens: 10, cachedTokens, reasoningTokens: null } }),
  );
  const { workload: whole } = makeSpec({ workload: workload as RunSpecInput['workload'] }); // defaults are filled in
  return listCacheWarnings(whole, measureTokenCounts(ok), ok.length);
}

describe('listCacheWarnings', () => {
  test.each(['cold', 'warm'] as const)('is empty for a %s run without cached tokens', (cache) => {
    expect(listWarnings({ kind: 'sonnet', cache }, [0, 0, null])).toEqual([]);
  });

  test('warns of cached tokens in a cold run, with their share and the number of requests', () => {
    const [warning = '', ...more] = listWarnings({ kind: 'sonnet', cache: 'cold' }, [400, 0, 0, null]);
    expect(warning).toMatch(
      /^The server took 26\.7 % of input tokens from a cache, in 1 of the 3 requests whose usage reports cached tokens\. The spec requests a cold cache\./,
    );
    expect(more).toEqual([]);
  });

  test('describes the effect for a warm run, and for a conversation', () => {
    expect(listWarnings({ kind: 'llmperf-v2' }, [100])[0]).toContain('those of a warm cache');
    expect(listWarnings({ kind: 'conversation' }, [100])[0]).toContain('repeats the previous turns');
  });

  test('warns of repeated prompts if there are fewer prompts than requests, unless each has its own prefix', () => {
    const prompts = [{ prompt: 'a' }, { prompt: 'b' }];
    expect(listWarnings({ kind: 'prompts', prompts }, [0, 0])).toEqual([]);
    expect(listWarnings({ kind: 'prompts', prompts }, [0, 0, 0])).toEqual([
      'Prompts repeat: 3 requests, warm-up included, use 2 prompts. A cache can speed up each repetition.',
    ]);
    expect(listWarnings({ kind: 'prompts', prompts, cache: 'cold' }, [0, 0, 0])).toEqual([]);
    expect(listWarnings({ kind: 'number-words', min: 7, max: 7 }, [0, 0])[0]).toContain('use 1 prompt.');
    const dataset = { kind: 'dataset', datasetId: `dts_${'0'.repeat(26)}` } as const;
    expect(listWarnings({ ...dataset, promptCount: 1 }, [0, 0])[0]).toContain('Prompts repeat');
  });
});
