import { describe, expect, test } from 'vitest';
import { planRun } from '../../../../../shared/plan/plan-run.ts';
import { listStageWarnings } from '../../../../../shared/report/build/warn/list-stage-warnings.ts';
import type { Sample } from '../../../../../shared/sample/sample.ts';
import { makeOk, makeSpec } from '../../../../support/factories/sample-factory.ts';

type Load = NonNullable<Parameters<typeof makeSpec>[0]>['load'];

function listWarnings(
  load: Load,
  samples: readonly Sample[],
  stop: Parameters<typeof listStageWarnings>[0]['stop'] = null,
) {
  const [plan] = planRun(makeSpec({ load }), { maxStreamsPerWorker: 64 });
  if (plan === undefined) throw new Error('the load has no stage');
  return listStageWarnings({ plan, stop }, samples);
}

/** Builds ten streams that begin together, each with its requests in turn; the first requests have a longer TTFT. */
function streams(firstTtftMs: number, lastsMs: (stream: number, k: number) => number): Sample[] {
  return Array.from({ length: 10 }, (_, stream) => {
    let atMs = 3 * stream;
    return Array.from({ length: 12 }, (_, k) => {
      const sample = makeOk({ startMs: atMs, ttftMs: k === 0 ? firstTtftMs : 100, e2eMs: lastsMs(stream, k) });
      atMs += lastsMs(stream, k);
      return sample;
    });
  }).flat();
}

describe('a closed loop', () => {
  const load: Load = { mode: 'concurrency', stages: [{ concurrency: 10, requests: 120 }] };
  const uneven = (stream: number, k: number) => 700 + ((stream * 7 + k * 13) % 10) * 70;

  test('gets a warning about a start burst if the first requests are slower', () => {
    expect(listWarnings(load, streams(400, uneven)).join()).toMatch(
      /^Start burst: the first requests of the 10 streams started within 27 ms\. Their median TTFT is 400 ms, compared with 100 ms for the rest\./,
    );
    expect(listWarnings(load, streams(110, uneven))).toEqual([]);
  });

  test('gets a warning about synchronized streams if all answers take equally long', () => {
    expect(
      listWarnings(
        load,
        streams(100, () => 1_000),
      ).join(),
    ).toMatch(/^Synchronized streams: .*\(dispersion [\d.]+; 1 by chance\)/);
    expect(
      listWarnings(
        { ...load, mode: 'rounds' } as Load,
        streams(400, () => 1_000),
      ),
    ).toEqual([]);
  });
});

describe('an open loop', () => {
  const load = (whenFull: 'refuse' | 'wait'): Load => {
    return { mode: 'rate', whenFull, maxConcurrency: 3, stages: [{ requestsPerSecond: 100, requests: 2_000 }] };
  };
  const served = (k: number, slipMs: number) => ({
    ...makeOk({ startMs: 10 * k + slipMs, ttftMs: 5, e2eMs: 20 }, { requestIndex: k }),
    dueMs: 10 * k,
  });

  test('gets a warning with the number of requests that waited for a stream', () => {
    const samples = Array.from({ length: 100 }, (_, k) => served(k, k < 30 ? 50 : 0));
    expect(listWarnings(load('wait'), samples).join()).toMatch(/^30 of 100 requests waited for one of 3 streams\./);
    expect(listWarnings(load('refuse'), samples)).toEqual([]);
  });

  test('gets a warning with the growth of the backlog if the target is over-saturated', () => {
    const samples = Array.from({ length: 2_000 }, (_, k) => served(k, k));
    const [warning] = listWarnings(load('refuse'), samples);
    expect(warning).toMatch(
      /^Over-saturated: 100 requests per second were due, and the backlog grew by 9\.\d+ requests per second\./,
    );
  });
});

test('a stage that was stopped has a warning with the reason', () => {
  const stop = { reason: 'precision_reached', atMs: 1, detail: 'ttftMs p50 is 400.0 ± 4.9 % at n = 120' } as const;
  const load: Load = { mode: 'concurrency', stages: [{ concurrency: 1, requests: 200 }] };
  expect(listWarnings(load, [], stop)).toEqual([
    'Stopped early (precision_reached): ttftMs p50 is 400.0 ± 4.9 % at n = 120.',
  ]);
});
