import { describe, expect, test } from 'vitest';
import type { AttemptNote } from '../../../../../shared/records/attempt-note.ts';
import { buildReport } from '../../../../../shared/report/build/build-report.ts';
import type { StageInput } from '../../../../../shared/report/build/stage-input.ts';
import type { Sample } from '../../../../../shared/sample/sample.ts';
import {
  makeFailure,
  makeOk,
  makeReportInput,
  makeSample,
  makeSpec,
  makeTwoProviders,
  quickProvider,
  quietNote,
} from '../../../../support/factories/sample-factory.ts';

/** Judges the trust in a run whose first stage has the given changes. */
function trustWith(change: (stage: StageInput) => Partial<StageInput>) {
  const input = makeTwoProviders(60);
  const stages = input.stages.map((stage, i) => (i === 0 ? { ...stage, ...change(stage) } : stage));
  return buildReport({ ...input, stages }).trust;
}
const noted = (note: Partial<AttemptNote>) => trustWith(() => ({ attempts: [quietNote, { ...quietNote, ...note }] }));
const sampled = (change: (sample: Sample) => Sample) => trustWith(({ samples }) => ({ samples: samples.map(change) }));

describe('judgeTrust', () => {
  test('trusts an undisturbed run', () => {
    expect(noted({})).toEqual({ result: 'ok', reasons: [] });
  });

  // The median TTFT of the stage is about 565 ms and its median tpotMs about 27 ms.
  test.each([
    ['a late start', { startLateMs: 300 }, 'started 300 ms after the agreed start'],
    [
      'slip',
      { slipP99Ms: 70 },
      '1 % of the requests started more than 70.0 ms late, which is too much for a median TTFT of',
    ],
    [
      'an event-loop delay that is large compared with the TTFT',
      { eventLoopDelayP99Ms: 70 },
      '1 % of the responses were read more than 70.0 ms late (event-loop delay), which is too much for a median TTFT of',
    ],
    [
      'an event-loop delay that is large compared with tpotMs',
      { eventLoopDelayP99Ms: 40 },
      '1 % of the responses were read more than 40.0 ms late (event-loop delay), which is too much for a median TPOT of',
    ],
    ['a busy processor', { cpuUse: 0.97 }, 'used 97 % of a CPU'],
    [
      'an error that is large compared with the TTFT',
      { errorP99Ms: 70 },
      '1 % of the timestamps were more than 70.0 ms late, which is too much for a median TTFT of',
    ],
    [
      'an error that is large compared with the gaps',
      { errorP99Ms: 7 },
      '1 % of the timestamps were more than 7.0 ms late, which is too much for a median gap of',
    ],
    ['starvation', { cpuWaitShare: 0.84 }, 'a measuring thread spent 84 % of its runnable time waiting for a CPU'],
    [
      'a host that serves other machines',
      { cpuStealShare: 0.2 },
      'gave 20 % of the CPU time to other virtual machines',
    ],
    ['a machine without a spare CPU', { machineCpuUse: 0.99 }, 'had no spare CPU (99 % in use)'],
  ])('reports %s in any one attempt, and names the stage', (_, note, reason) => {
    const trust = noted(note);
    expect(trust.result).toBe('suspect');
    expect(trust.reasons).toEqual([expect.stringContaining(reason)]);
    expect(trust.reasons[0]).toMatch(/^anyscale at concurrency 5: /);
  });

  test.each([
    ['a start 200 ms late', { startLateMs: 200 }],
    ['a slip that is small compared with the TTFT', { slipP99Ms: 40 }],
    ['delays below the resolution of the monitor', { eventLoopDelayP99Ms: 9 }],
    ['one long pause', { eventLoopDelayMaxMs: 5_000 }],
    ['one long collection', { gcMaxMs: 500 }],
    ['an error that is small compared with the gaps', { errorP99Ms: 4 }],
    ['some waiting for a CPU', { cpuWaitShare: 0.6 }],
    ['waits that the system does not report', { cpuWaitShare: null, cpuStealShare: null, machineCpuUse: null }],
    ['a machine that other programs also use', { machineCpuUse: 0.9 }],
  ])('accepts %s', (_, note) => {
    expect(noted(note).result).toBe('ok');
  });

  test('reports an instrument without data', () => {
    expect(trustWith(() => ({ attempts: [] })).reasons).toEqual([
      expect.stringContaining('no worker reported its measuring conditions'),
    ]);
    const unknown = { attempts: [{ ...quietNote, eventLoopDelayP99Ms: null }] };
    expect(trustWith(() => unknown).reasons).toEqual([expect.stringContaining('event-loop delay is unknown')]);
    const unread = { attempts: [{ ...quietNote, errorP50Ms: null, errorP99Ms: null, errorReads: 0 }] };
    expect(trustWith(() => unread).reasons).toEqual([expect.stringContaining('no reference stream was read')]);
  });

  test('reports a batch that failed, was lost, or ran in two attempts', () => {
    const failures = [{ code: 'worker_failed', message: 'out of memory' }];
    expect(trustWith(() => ({ failures })).reasons).toEqual([expect.stringContaining('out of memory')]);
    const lost = sampled((sample) =>
      sample.requestIndex < 5
        ? makeSample({ requestIndex: sample.requestIndex, notSentReason: 'worker_lost' })
        : sample,
    );
    expect(lost.reasons).toEqual([expect.stringContaining('5 requests were not sent because their worker was lost')]);
    const taken = sampled((sample) => (sample.requestIndex > 30 ? { ...sample, attempt: 2 } : sample));
    expect(taken.reasons).toEqual([expect.stringContaining('1 of 1 batches ran in more than one attempt')]);
  });

  test('reports a closed loop that did not keep its streams open', () => {
    // From the tenth request, each uses a tenth of the time of its slot.
    const gappy = sampled((sample) =>
      sample.requestIndex < 10 || sample.startMs === null
        ? sample
        : { ...sample, ...shortened(sample.startMs, { requestIndex: sample.requestIndex, warmup: sample.warmup }) },
    );
    expect(gappy.reasons).toEqual([expect.stringContaining('requests were open in the steady window')]);
  });

  test('reports a closed loop that never reached its concurrency', () => {
    // One after the other, although the concurrency is 5.
    const single = sampled(({ requestIndex: index, warmup }) =>
      makeOk({ startMs: index * 2_000, ttftMs: 565, e2eMs: 1_500 }, { requestIndex: index, warmup, outputTokens: 30 }),
    );
    expect(single.reasons).toEqual([expect.stringContaining('the requested concurrency of 5 was never reached')]);
  });

  const failing = (count: number, outcome: 'connect' | 'rate_limited') => (sample: Sample) =>
    sample.warmup || sample.requestIndex >= count
      ? sample
      : makeFailure(sample.startMs ?? 0, 565, { requestIndex: sample.requestIndex, outcome });

  test('reports a stage without ok requests, with the main failure and its share', () => {
    const all = sampled((sample) =>
      failing(sample.requestIndex < 15 ? 60 : 0, 'connect')(failing(60, 'rate_limited')(sample)),
    );
    expect(all.result).toBe('suspect');
    expect(all.reasons).toContainEqual(
      'anyscale at concurrency 5: no measured request succeeded: 60 of 60 failed, 45 with rate_limited (75.0 %).',
    );
    expect(all.reasons.join()).not.toContain('never reached');
  });

  test('reports a stage if more than half of its requests failed, not if exactly half did', () => {
    expect(sampled(failing(31, 'connect')).reasons).toContainEqual(
      'anyscale at concurrency 5: 31 of 60 requests failed (51.7 %), 31 with connect (51.7 %). The rest are not representative.',
    );
    expect(sampled(failing(30, 'connect')).reasons.join()).not.toContain('requests failed');
  });

  test('reports a run that was canceled before its first good request', () => {
    const input = makeTwoProviders(60);
    const stages = input.stages.map((stage) => ({
      ...stage,
      samples: stage.samples.map(({ requestIndex: index, warmup }) =>
        makeSample({ requestIndex: index, warmup, notSentReason: 'run_canceled' }),
      ),
      attempts: [],
    }));
    expect(buildReport({ ...input, stages }).trust).toEqual({
      result: 'suspect',
      reasons: ['No measured request was sent.'],
    });
  });

  test('reports a rate that fell behind its schedule, not a random schedule that is slower than its rate', () => {
    const spec = makeSpec({
      load: { mode: 'rate', stages: [{ requestsPerSecond: 10, requests: 50 }], warmupRequests: 0 },
    });
    const input = makeReportInput(spec, [quickProvider]);
    const rate = (slowness: number) => {
      const samples = Array.from({ length: 50 }, (_, index) => {
        const dueMs = index * 200;
        return makeOk({ startMs: dueMs * slowness, ttftMs: 500, e2eMs: 1_000 }, { requestIndex: index, dueMs });
      });
      return buildReport({ ...input, stages: input.stages.map((stage) => ({ ...stage, samples })) }).trust;
    };
    expect(rate(1).result).toBe('ok');
    expect(rate(1.2).reasons).toEqual([expect.stringContaining('requests started at 4.17/s, but were due at 5.00/s')]);
  });
});

function shortened(startMs: number, changes: Partial<Sample>): Sample {
  return makeOk({ startMs, ttftMs: 565, e2eMs: 700 }, { outputTokens: 6, ...changes });
}
