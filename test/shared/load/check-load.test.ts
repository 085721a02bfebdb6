import { describe, expect, test } from 'vitest';
import { checkLoad } from '../../../shared/load/check-load.ts';
import type { LoadRules } from '../../../shared/load/modes/load-mode.ts';
import { runSpecInputSchema } from '../../../shared/spec/run-spec.ts';

const rules: LoadRules = { maxStreamsPerWorker: 64, maxWorkersPerRun: 4, maxRequestsPerRun: 10_000 };
const target = { baseUrl: 'https://api.example.com/v1', model: 'm' };

/** Returns the pointers of the faults of a load. Each fault has a remedy. */
function listFaults(load: unknown, change: Record<string, unknown> = {}): string[] {
  const spec = runSpecInputSchema.parse({ targets: [target], load, ...change });
  return checkLoad(spec, rules).map(({ pointer, fault, remedy }) => {
    expect(fault).not.toBe('');
    expect(remedy).not.toBe('');
    return pointer;
  });
}

describe('rates', () => {
  const stages = [{ requestsPerSecond: 10, requests: 100 }];

  test('gamma arrivals require burstiness, and other arrivals reject it', () => {
    expect(listFaults({ mode: 'rate', arrivals: 'gamma', burstiness: 4, stages })).toEqual([]);
    expect(listFaults({ mode: 'rate', arrivals: 'gamma', stages })).toEqual(['/load/burstiness']);
    expect(listFaults({ mode: 'rate', arrivals: 'poisson', burstiness: 1, stages })).toEqual(['/load/burstiness']);
  });

  test('a ramp requires its start rate, which can be 0; its duration is optional', () => {
    const ramp = (stage: object) => ({ mode: 'rate', stages: [{ requestsPerSecond: 10, requests: 100, ...stage }] });
    expect(listFaults(ramp({ fromRequestsPerSecond: 0, rampMs: 5_000 }))).toEqual([]);
    expect(listFaults(ramp({ fromRequestsPerSecond: 20 }))).toEqual([]);
    expect(listFaults(ramp({ rampMs: 5_000 }))).toEqual(['/load/stages/0/rampMs']);
  });

  test('respect the streams of the deployment, shared among interleaved targets', () => {
    expect(listFaults({ mode: 'rate', maxConcurrency: 256, stages })).toEqual([]);
    expect(listFaults({ mode: 'rate', maxConcurrency: 257, stages })).toEqual(['/load/maxConcurrency']);
    const two = { targets: [target, target], order: 'interleaved' };
    expect(listFaults({ mode: 'rate', maxConcurrency: 129, stages }, two)).toEqual(['/load/maxConcurrency']);
  });
});

describe('sweeps', () => {
  const knee = { find: 'knee', max: 16 };
  const slo = { find: 'slo', max: 200, slos: [{ metric: 'errorRate', op: '<=', value: 0.1 }] };

  test('have either values or a search', () => {
    expect(listFaults({ mode: 'sweep', values: [1, 2, 4], requests: 100 })).toEqual([]);
    expect(listFaults({ mode: 'sweep', search: knee, requests: 100 })).toEqual([]);
    expect(listFaults({ mode: 'sweep' })).toEqual(['/load']);
    expect(listFaults({ mode: 'sweep', values: [1], search: knee })).toEqual(['/load']);
  });

  test('over concurrency have whole values with at least one request per stream', () => {
    expect(listFaults({ mode: 'sweep', values: [1, 2.5] })).toEqual(['/load/values/1']);
    expect(listFaults({ mode: 'sweep', over: 'rate', values: [1, 2.5] })).toEqual([]);
    expect(listFaults({ mode: 'sweep', values: [1, 200], requests: 150 })).toEqual(['/load/values/1']);
    expect(listFaults({ mode: 'sweep', values: [1, 200], requests: 150, requestsPerLoad: 1 })).toEqual([]);
    expect(listFaults({ mode: 'sweep', search: slo, requests: 150 })).toEqual(['/load/search/max']);
  });

  test('search from min to a larger max, one target after another', () => {
    expect(listFaults({ mode: 'sweep', search: { ...knee, min: 17 } })).toEqual(['/load/search/min']);
    const two = { targets: [target, target], order: 'interleaved' };
    expect(listFaults({ mode: 'sweep', search: { ...knee, max: 1 } }, two)).toEqual(['/order']);
    expect(listFaults({ mode: 'sweep', values: [1, 2] }, two)).toEqual([]);
  });

  test('with a search count the maximum number of requests', () => {
    // Five levels of the doubling and four near the knee, each with five warm-up requests.
    expect(listFaults({ mode: 'sweep', search: knee, requests: 1_106 })).toEqual([]);
    expect(listFaults({ mode: 'sweep', search: knee, requests: 1_107 })).toEqual(['/load/requests']);
  });
});

describe('traces', () => {
  const entries = [0, 500, 2_000].map((atMs) => ({ atMs, inputTokens: 550, outputTokens: 150 }));

  test('require a workload with recorded times', () => {
    expect(listFaults({ mode: 'trace' }, { workload: { kind: 'trace', entries } })).toEqual([]);
    expect(listFaults({ mode: 'trace' })).toEqual(['/load/mode']);
    const many = Array.from({ length: 5_000 }, (_, k) => ({ atMs: k, inputTokens: 550, outputTokens: 150 }));
    const two = { targets: [target, target], workload: { kind: 'trace', entries: many } };
    expect(listFaults({ mode: 'trace' }, two)).toEqual(['/workload/entries']);
  });

  test('work with any load mode', () => {
    const load = { mode: 'concurrency', stages: [{ concurrency: 2, requests: 10 }] };
    expect(listFaults(load, { workload: { kind: 'trace', entries } })).toEqual([]);
  });
});

test('a closed loop requires at least one request per stream', () => {
  const stages = [{ concurrency: 10, requests: 9 }];
  expect(listFaults({ mode: 'concurrency', stages })).toEqual(['/load/stages/0/concurrency']);
  expect(listFaults({ mode: 'rounds', stages })).toEqual(['/load/stages/0/concurrency']);
});

test('a stage that can stop early has more requests than the minimum of its rule', () => {
  const stopWhen = { metric: 'ttftMs', statistic: 'p50', relativeHalfWidth: 0.1, minRequests: 100 };
  expect(listFaults({ mode: 'concurrency', stages: [{ concurrency: 2, requests: 101 }], stopWhen })).toEqual([]);
  expect(listFaults({ mode: 'concurrency', stages: [{ concurrency: 2, requests: 100 }], stopWhen })).toEqual([
    '/load/stopWhen/minRequests',
  ]);
  const ofMean = { ...stopWhen, statistic: 'mean', minRequests: 20 };
  expect(listFaults({ mode: 'concurrency', stages: [{ concurrency: 2, requests: 101 }], stopWhen: ofMean })).toEqual(
    [],
  );
  expect(listFaults({ mode: 'concurrency', stages: [{ concurrency: 2, requests: 100 }], stopWhen: ofMean })).toEqual([
    '/load/stopWhen/minRequests',
  ]);
});

test('all levels and targets together respect the maximum requests of a run', () => {
  const stages = [
    { concurrency: 1, requests: 4_990 },
    { concurrency: 2, requests: 5_000 },
  ];
  expect(listFaults({ mode: 'concurrency', stages, warmupRequests: 5 })).toEqual([]);
  expect(listFaults({ mode: 'concurrency', stages, warmupRequests: 6 })).toEqual(['/load/stages']);
});
