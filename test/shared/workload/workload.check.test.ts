import { describe, expect, test } from 'vitest';
import { runSpecInputSchema } from '../../../shared/spec/run-spec.ts';
import { checkWorkload } from '../../support/factories/check-workload.ts';

function listFaults(workload: object, load?: object): [string, string][] {
  const spec = runSpecInputSchema.parse({
    targets: [{ baseUrl: 'https://a.example.com', model: 'm' }],
    workload,
    ...(load === undefined ? {} : { load }),
  });
  return checkWorkload(spec).map(({ pointer, fault }) => [pointer, fault]);
}

describe('checkWorkload', () => {
  test.each(['sonnet', 'number-words', 'llmperf-v1', 'llmperf-v2', 'conversation'])(
    'accepts the defaults of %s',
    (kind) => {
      expect(listFaults({ kind })).toEqual([]);
    },
  );

  test.each([
    [{ kind: 'llmperf-v1', minLines: 50, maxLines: 50 }, '/workload/minLines', 'must be less than maxLines'],
    [{ kind: 'llmperf-v2', inputTokens: { mean: 20, stddev: 0 } }, '/workload/inputTokens', 'fewer than 1 in 100'],
    [{ kind: 'sonnet', corpusSha256: 'a'.repeat(64) }, '/workload/corpusSha256', 'corpusDatasetId is missing'],
    [
      { kind: 'conversation', turns: { distribution: 'uniform', min: 3, max: 2 } },
      '/workload/turns',
      'has a min (3) greater than max (2)',
    ],
    [
      { kind: 'conversation', inputTokens: { distribution: 'fixed', value: 10 } },
      '/workload/inputTokens',
      'below the minimum',
    ],
    [{ kind: 'prompts', prompts: [{}] }, '/workload/prompts/0', 'has neither'],
    [{ kind: 'number-words', min: 2, max: 1 }, '/workload/min', 'is greater than max'],
  ])('reports the fault of %j', (workload, pointer, words) => {
    const [fault] = listFaults(workload);
    expect(fault?.[0]).toBe(pointer);
    expect(fault?.[1]).toContain(words);
  });

  test('accepts live conversations only in a closed loop, with any number of streams', () => {
    const live = { kind: 'conversation', history: 'live', conversationsAtOnce: 1 };
    const closed = { mode: 'concurrency', stages: [{ concurrency: 8, requests: 40 }] };
    expect(listFaults(live, closed)).toEqual([]);
    expect(listFaults(live, { mode: 'sweep', values: [2, 4] })).toEqual([]);
    for (const load of [
      { mode: 'rate', stages: [{ requestsPerSecond: 2 }] },
      { mode: 'rounds', stages: [{ concurrency: 2 }] },
      { mode: 'sweep', over: 'rate', values: [2, 4] },
    ])
      expect(listFaults(live, load)[0]?.[0]).toBe('/workload/history');
  });

  test('requires at least as many conversations as streams', () => {
    const load = { mode: 'concurrency', stages: [{ concurrency: 8, requests: 40 }] };
    expect(listFaults({ kind: 'conversation', conversationsAtOnce: 8 }, load)).toEqual([]);
    expect(listFaults({ kind: 'conversation', conversationsAtOnce: 7 }, load)[0]?.[0]).toBe(
      '/workload/conversationsAtOnce',
    );
  });
});
