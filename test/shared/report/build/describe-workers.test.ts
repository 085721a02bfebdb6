import { expect, test } from 'vitest';
import { describeWorkers } from '../../../../shared/report/build/describe-workers.ts';
import { makeOk, quietNote } from '../../../support/sample-factory.ts';

const sample = (batch: number, attempt: number, slipMs: number) => ({
  ...makeOk({ startMs: 100 + slipMs, ttftMs: 1, e2eMs: 2 }),
  batch,
  attempt,
  dueMs: 100,
});

test('each attempt at a batch has its own start and slip', () => {
  const attempts = [
    { ...quietNote, batch: 0, attempt: 1, startLateMs: 3 },
    { ...quietNote, batch: 1, attempt: 1, startLateMs: null },
    { ...quietNote, batch: 1, attempt: 2, startLateMs: 8 },
  ];
  const samples = [sample(0, 1, 1), sample(0, 1, 3), sample(0, 1, 2), sample(1, 2, 50)];
  expect(describeWorkers(attempts, samples)).toEqual([
    {
      batch: 0,
      attempt: 1,
      requests: 3,
      startLateMs: 3,
      slipP50Ms: 2,
      slipP99Ms: expect.closeTo(2.98, 9),
      slipMaxMs: 3,
    },
    { batch: 1, attempt: 1, requests: 0, startLateMs: null, slipP50Ms: null, slipP99Ms: null, slipMaxMs: null },
    { batch: 1, attempt: 2, requests: 1, startLateMs: 8, slipP50Ms: 50, slipP99Ms: 50, slipMaxMs: 50 },
  ]);
});

test('of a thousand workers the hundred that slipped most are told of, in order of batch', () => {
  const attempts = Array.from({ length: 1_000 }, (_, batch) => ({ ...quietNote, batch }));
  const workers = describeWorkers(
    attempts,
    attempts.map(({ batch }) => sample(batch, 1, (batch * 7) % 1_000)),
  );
  expect(workers).toHaveLength(100);
  expect(Math.min(...workers.map(({ slipP99Ms }) => slipP99Ms ?? 0))).toBe(900);
  expect(workers.map(({ batch }) => batch)).toEqual(workers.map(({ batch }) => batch).sort((a, b) => a - b));
});
