import { expect, test } from 'vitest';
import { measureCostUsd, measureLive } from '../../../functions/api/runs/measure-live.ts';
import { addToTally } from '../../../functions/worker/tally-sample.ts';
import { buildCostReport } from '../../../shared/cost/build-cost-report.ts';
import { planRun } from '../../../shared/plan/plan-run.ts';
import { noTally } from '../../../shared/records/batch-tally.ts';
import { noProgress } from '../../../shared/records/manifest.ts';
import type { Sample } from '../../../shared/sample/sample.ts';
import { makeBatch, makeRun, makeSample } from '../../contract/make-record.ts';

const pricing = {
  inputPerMillionTokens: 1,
  outputPerMillionTokens: 2.5,
  cachedInputPerMillionTokens: 0.5,
  currency: 'USD' as const,
};

const samples: Sample[] = [
  makeSample({ warmup: true, requestIndex: 100 }),
  makeSample({ requestIndex: 0, startMs: 10, firstOutputMs: 110, endMs: 1_010, outputTokens: 100 }),
  makeSample({ requestIndex: 1, startMs: 510, firstOutputMs: 810, endMs: 2_010, outputTokens: 60, usage: null }),
  makeSample({
    requestIndex: 2,
    outcome: 'stalled',
    usage: { inputTokens: 9, outputTokens: 3, cachedTokens: 4, reasoningTokens: null },
  }),
  makeSample({ requestIndex: 3, outcome: 'not_sent', notSentReason: 'run_canceled' }),
];

function makeBatches(own: readonly Sample[]) {
  const half = Math.ceil(own.length / 2);
  return [own.slice(0, half), own.slice(half)].map((part, batchIndex) =>
    makeBatch({ batchIndex, progress: { ...noProgress, tally: part.reduce(addToTally, noTally) } }),
  );
}

test('the live metrics of two batches are those of all their successful measured requests', () => {
  const { ttftMeanMs, outputTokensPerSecond } = measureLive(makeBatches(samples));
  expect(ttftMeanMs).toBe(200);
  expect(outputTokensPerSecond).toBe(160 / 2);
});

test('the live cost of a finished stage is the total cost in its report', () => {
  const { spec } = makeRun();
  const priced = { ...spec, targets: spec.targets.map((target) => ({ ...target, pricing })) };
  const run = makeRun({ spec: priced });
  const { workload } = run.spec;
  const report = buildCostReport({ pricing, dedicated: null, throughput: null, workload, samples, isGood: () => true });
  const costUsd = measureCostUsd(run, planRun(run.spec, run), makeBatches(samples));
  expect(report.totals.totalUsd.value).not.toBeNull();
  expect(costUsd).toBeCloseTo(report.totals.totalUsd.value ?? 0, 12);
});

test('values are null, and never 0, if they are not known', () => {
  const run = makeRun();
  const earlier = makeBatch({ progress: { ...noProgress, ok: 5, tally: null } });
  expect(measureLive([])).toEqual({ ttftMeanMs: null, outputTokensPerSecond: null });
  expect(measureLive([earlier])).toEqual({ ttftMeanMs: null, outputTokensPerSecond: null });
  expect(measureCostUsd(run, planRun(run.spec, run), [])).toBeNull();
});
