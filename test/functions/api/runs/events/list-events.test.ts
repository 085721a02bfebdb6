import { describe, expect, test } from 'vitest';
import { formatPosition, listEvents, parsePosition } from '../../../../../functions/api/runs/events/list-events.ts';
import { type Snapshot, takeSnapshot } from '../../../../../functions/api/runs/events/observe-run.ts';
import { describeProgress, measureStageProgress } from '../../../../../functions/api/runs/measure-progress.ts';
import { planRun } from '../../../../../shared/plan/plan-run.ts';
import { noProgress } from '../../../../../shared/records/manifest.ts';
import type { BatchRecord, RunRecord } from '../../../../../shared/records/records.ts';
import { makeBatch, makeRun } from '../../../../contract/make-record.ts';

const nothing = { plan: [], stages: [], batches: [], groupStartMs: null, waitStartMs: null, nowMs: 2 };

function makeSnapshot(status: RunRecord['status'], version: number, change: Partial<RunRecord> = {}): Snapshot {
  const run = makeRun({ status, startedAtMs: 1, ...change });
  return { run, progress: describeProgress({ run, ...nothing }), version };
}

const list = (from: string | undefined, snapshot: Snapshot) =>
  listEvents(parsePosition(from), snapshot).map(({ name, position }) => `${name} ${formatPosition(position)}`);

describe('the events that bring a reader up to date', () => {
  test.each([
    ['are the present state for a new reader', undefined, 'running', 7, ['status 1-7']],
    ['are the end for a new reader of a finished run', undefined, 'failed', 9, ['end 3-9']],
    ['do not exist without progress', '1-7', 'running', 7, []],
    ['are one event for any progress', '1-7', 'running', 12, ['progress 1-12']],
    ['do not exist for a state that was read earlier', '1-7', 'running', 5, []],
    ['name each status that was entered', '0-0', 'completed', 9, ['status 1-9', 'status 2-9', 'end 3-9']],
    ['continue between two statuses of one moment', '2-9', 'completed', 9, ['end 3-9']],
    ['do not exist after the end', '3-9', 'completed', 9, []],
    ['start again after an unknown id', 'x-1', 'running', 7, ['status 1-7']],
    ['start again after an id of a later state, which is from another run', '3-2', 'running', 7, ['status 1-7']],
  ] as const)('%s', (_, from, status, version, events) => {
    expect(list(from, makeSnapshot(status, version))).toEqual(events);
  });

  test('omit the status running if the run was canceled in the queue', () => {
    expect(list('0-0', makeSnapshot('canceled', 0, { startedAtMs: null }))).toEqual(['status 2-0', 'end 3-0']);
  });

  test('have the status that they announce, and the result at the end', () => {
    const snapshot = makeSnapshot('completed', 9, { verdict: 'pass', trust: 'ok' });
    const events = listEvents({ rank: 1, version: 4 }, snapshot).map(({ data }) => data);
    expect(events).toMatchObject([{ status: 'finalizing' }, { status: 'completed', verdict: 'pass', trust: 'ok' }]);
  });
});

describe('the version of a run’s progress', () => {
  const running = makeRun({ status: 'running', startedAtMs: 1 });
  const observe = (batch: Partial<BatchRecord>, run = running) => {
    const batches = [makeBatch({ runId: run.runId, status: 'running', ...batch })];
    const plan = planRun(run.spec, run);
    const stages = plan.map((stage) => measureStageProgress(run, stage, batches));
    return takeSnapshot({ ...nothing, run, plan, stages, batches });
  };

  test('grows when a worker is lost, so that an event with a new id has the lower counts', () => {
    const before = observe({ progress: { ...noProgress, issued: 10, ok: 8, warmupDone: 2 } });
    const again = { attempt: 2, peakEnded: 8, repeatedSteps: 11 };
    const claimed = observe({ ...again, progress: { ...noProgress, issued: 5, ok: 5 } });
    const sent = observe({ ...again, progress: { ...noProgress, issued: 6, ok: 5 } });
    const ids: (string | undefined)[] = [undefined];
    for (const snapshot of [before, claimed, claimed, sent])
      ids.push(...listEvents(parsePosition(ids.at(-1)), snapshot).map(({ position }) => formatPosition(position)));
    expect(ids).toEqual([undefined, '1-20', '1-21', '1-22']);
    const [event] = listEvents({ rank: 1, version: 20 }, claimed);
    expect(event).toMatchObject({ name: 'progress', data: { progress: { ended: 5 } } });
  });

  test('grows when a stage ends and when a search chooses a level', () => {
    const levels = [{ targetIndex: 0, value: 1 }];
    const changes: Partial<RunRecord>[] = [{}, { levels }, { levels, groupIndex: 1 }];
    expect(changes.map((change) => observe({}, { ...running, ...change }).version)).toEqual([0, 1, 2]);
  });
});
