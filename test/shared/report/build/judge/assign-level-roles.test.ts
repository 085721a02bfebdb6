import { describe, expect, test } from 'vitest';
import { planRun } from '../../../../../shared/plan/plan-run.ts';
import type { AttemptNote } from '../../../../../shared/records/attempt-note.ts';
import { buildReport } from '../../../../../shared/report/build/build-report.ts';
import { assignLevelRoles } from '../../../../../shared/report/build/judge/assign-level-roles.ts';
import type { StageInput } from '../../../../../shared/report/build/stage-input.ts';
import {
  makeReportInput,
  makeSpec,
  quickProvider,
  quietNote,
  simulateStage,
  wallMs,
} from '../../../../support/factories/sample-factory.ts';

type Level = { value: number; failureShare?: number; note?: Partial<AttemptNote> };

/** Builds the report of a search for the highest concurrency without errors that measured these levels in this order. */
function makeReport(levels: readonly Level[], change: object = {}) {
  const search = { find: 'slo', min: 1, max: 64, slos: [{ metric: 'errorRate', op: '<=', value: 0.01 }] };
  const spec = makeSpec({
    load: { mode: 'sweep', search, requests: 60, warmupRequests: 0, ...change } as never,
    assertions: [{ metric: 'errorRate', op: '<=', value: 0.02 }],
  });
  const decided = levels.map(({ value }) => ({ targetIndex: 0, value }));
  const stages = planRun(spec, { maxStreamsPerWorker: 64, levels: decided }).map((plan, i): StageInput => {
    const { value = 1, failureShare = 0, note = {} } = levels[i] ?? {};
    const samples = simulateStage(plan, value, { ...quickProvider, failureShare }, 5 + i);
    const attempts = [{ ...quietNote, ...note }];
    return { plan, startAtMs: wallMs, stop: null, samples, chunkGapsMs: null, attempts, failures: [] };
  });
  return buildReport({ ...makeReportInput(spec, []), stages });
}

const starved = { note: { cpuWaitShare: 0.9 } };
const found = [{ value: 1 }, { value: 2 }, { value: 4, failureShare: 0.8 }, { value: 3, failureShare: 0.7 }];

describe('a search that has found a load', () => {
  test('is not suspect for its overloaded levels, but marks each of them as suspect', () => {
    const { sweeps, trust } = makeReport(found);
    expect(sweeps[0]?.finding).toMatchObject({ value: 2, low: 2, high: 3 });
    expect(trust).toEqual({ result: 'ok', reasons: [] });
    expect(sweeps[0]?.levels.map((level) => [level.value, level.trust.result])).toEqual([
      [1, 'ok'],
      [2, 'ok'],
      [3, 'suspect'],
      [4, 'suspect'],
    ]);
    expect(sweeps[0]?.levels[3]?.trust.reasons.join()).toContain('The rest are not representative');
  });

  test('evaluates assertions only at the chosen level', () => {
    const { verdict } = makeReport(found);
    expect(verdict.result).toBe('pass');
    expect(verdict.assertions.map(({ stageIndex, value }) => [stageIndex, value])).toEqual([[1, 0]]);
  });

  test('is suspect if the chosen level or one that bounds it was disturbed, but not for another level', () => {
    const withStarved = (at: number) =>
      makeReport(found.map((level, i) => (i === at ? { ...level, ...starved } : level)));
    expect(withStarved(1).trust.reasons).toEqual([
      expect.stringContaining('target-1 at concurrency 2: a measuring thread spent'),
    ]);
    expect(withStarved(3).trust.reasons).toEqual([
      expect.stringContaining('target-1 at concurrency 3: a measuring thread spent'),
    ]);
    for (const aside of [0, 2]) {
      const { trust, sweeps } = withStarved(aside);
      expect(trust.result).toBe('ok');
      expect(sweeps[0]?.levels.find(({ stageIndex }) => stageIndex === aside)?.trust.result).toBe('suspect');
    }
  });
});

describe('all levels count in full', () => {
  test('if the search found nothing', () => {
    const { trust, verdict, sweeps } = makeReport([{ value: 1, failureShare: 0.9 }]);
    expect(sweeps[0]?.finding?.value).toBeNull();
    expect(trust.result).toBe('suspect');
    expect(verdict).toMatchObject({ result: 'fail', assertions: [{ stageIndex: 0 }] });
  });

  test('if the spec lists the levels', () => {
    const { trust, verdict } = makeReport(found, { search: undefined, values: [1, 2, 4, 3] });
    expect(trust.reasons.map((reason) => reason.match(/at concurrency \d/)?.[0])).toEqual([
      'at concurrency 4',
      'at concurrency 3',
    ]);
    expect(verdict).toMatchObject({ result: 'fail', assertions: [{}, {}, {}, {}] });
  });
});

test('a knee depends on the first level and the level nearest to it, bounded by its bracket and the highest throughput', () => {
  const level = (stageIndex: number, value: number, requestsPerSecond: number) => {
    return { stageIndex, value, requestsPerSecond, isMet: null, trust: { result: 'ok' as const, reasons: [] } };
  };
  const levels = [level(0, 1, 1), level(1, 2, 2), level(2, 4, 4), level(3, 8, 7), level(5, 9, 7.2), level(4, 16, 7.3)];
  const finding = { value: 9.1, low: 4, high: 16, reason: null, statement: '' };
  const roles = assignLevelRoles([{ find: 'knee', levels, finding }]);
  expect(Object.fromEntries(roles)).toEqual({
    0: 'answer',
    1: 'aside',
    2: 'bound',
    3: 'aside',
    5: 'answer',
    4: 'bound',
  });
});
