import { expect, test } from 'vitest';
import { describeInstrument, describeWorkers } from '../../../../shared/report/build/build-stage-report.ts';
import { makeOk, quietNote } from '../../../support/factories/sample-factory.ts';

const note = { ...quietNote, batchIndex: 0 };

test('each value is the worst of all attempts that have it; reads of the reference stream add up', () => {
  const other = { ...note, errorP99Ms: 9, slipP99Ms: null, cpuWaitShare: 0.5, cpuUse: 0.1 };
  expect(describeInstrument([note, other])).toEqual({
    ...describeInstrument([note]),
    attempts: 2,
    errorP99Ms: 9,
    cpuWaitShare: 0.5,
    errorReads: 2 * note.errorReads,
  });
});

test('a value that no attempt has is null, not 0', () => {
  expect(describeInstrument([])).toMatchObject({ errorP99Ms: null, cpuUse: null, errorReads: 0 });
  expect(describeInstrument([{ ...note, errorP99Ms: null }]).errorP99Ms).toBeNull();
});

const sample = (batchIndex: number, attempt: number, slipMs: number) => ({
  ...makeOk({ startMs: 100 + slipMs, ttftMs: 1, e2eMs: 2 }),
  batchIndex,
  attempt,
  dueMs: 100,
});

test('each attempt of a batch has its own start and slip', () => {
  const attempts = [
    { ...quietNote, batchIndex: 0, attempt: 1, startLateMs: 3 },
    { ...quietNote, batchIndex: 1, attempt: 1, startLateMs: null },
    { ...quietNote, batchIndex: 1, attempt: 2, startLateMs: 8 },
  ];
  const samples = [sample(0, 1, 1), sample(0, 1, 3), sample(0, 1, 2), sample(1, 2, 50)];
  expect(describeWorkers(attempts, samples)).toEqual([
    {
      batchIndex: 0,
      attempt: 1,
      requests: 3,
      startLateMs: 3,
      slipP50Ms: 2,
      slipP99Ms: expect.closeTo(2.98, 9),
      slipMaxMs: 3,
    },
    { batchIndex: 1, attempt: 1, requests: 0, startLateMs: null, slipP50Ms: null, slipP99Ms: null, slipMaxMs: null },
    { batchIndex: 1, attempt: 2, requests: 1, startLateMs: 8, slipP50Ms: 50, slipP99Ms: 50, slipMaxMs: 50 },
  ]);
});

test('the report lists the 100 of 1,000 workers with the largest slip, in the order of batches', () => {
  const attempts = Array.from({ length: 1_000 }, (_, batchIndex) => ({ ...quietNote, batchIndex }));
  const workers = describeWorkers(
    attempts,
    attempts.map(({ batchIndex }) => sample(batchIndex, 1, (batchIndex * 7) % 1_000)),
  );
  expect(workers).toHaveLength(100);
  expect(Math.min(...workers.map(({ slipP99Ms }) => slipP99Ms ?? 0))).toBe(900);
  expect(workers.map(({ batchIndex }) => batchIndex)).toEqual(
    workers.map(({ batchIndex }) => batchIndex).sort((a, b) => a - b),
  );
});
