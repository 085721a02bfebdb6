import { describe, expect, test } from 'vitest';
import { formatPosition, listEvents, parsePosition } from '../../../../../functions/api/runs/events/list-events.ts';
import type { Snapshot } from '../../../../../functions/api/runs/events/observe-run.ts';
import { describeProgress } from '../../../../../functions/api/runs/measure-progress.ts';
import type { RunRecord } from '../../../../../shared/records/records.ts';
import { makeRun } from '../../../../contract/make-record.ts';

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
    ['do not exist if a lost worker set the progress back', '1-7', 'running', 5, []],
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
