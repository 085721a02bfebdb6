import { expect, test } from 'vitest';
import { tallyUsage } from '../../../functions/coordinator/tally-usage.ts';
import { measureUsage } from '../../../functions/finalizer/measure-usage.ts';
import { addToTally } from '../../../functions/worker/tally-sample.ts';
import { planRun } from '../../../shared/plan/plan-run.ts';
import { noTally } from '../../../shared/records/batch-tally.ts';
import { noProgress } from '../../../shared/records/manifest.ts';
import type { Sample } from '../../../shared/sample/sample.ts';
import { makeBatch, makeRun, makeSample } from '../../contract/make-record.ts';

const pricing = { inputPerMillionTokens: 1, outputPerMillionTokens: 2, currency: 'USD' as const };
const usage = { inputTokens: 600, outputTokens: 100, cachedTokens: null, reasoningTokens: null };
const samples: Sample[] = [
  makeSample({ warmup: true, requestIndex: 9, usage }),
  makeSample({ requestIndex: 0, usage }),
  makeSample({ requestIndex: 1, usage: null, inputTokens: 500, outputTokens: 50 }),
  makeSample({ requestIndex: 2, usage: null, outcome: 'stalled' }),
  makeSample({ requestIndex: 3, usage: null, outcome: 'not_sent', notSentReason: 'run_canceled' }),
];

function makePricedRun(isPriced: boolean, prices = pricing) {
  const run = makeRun();
  const targets = run.spec.targets.map((target) => (isPriced ? { ...target, pricing: prices } : target));
  return { ...run, spec: { ...run.spec, targets } };
}

function measure(isPriced: boolean, prices = pricing) {
  const run = makePricedRun(isPriced, prices);
  const [plan] = planRun(run.spec, run);
  if (plan === undefined) throw new Error('The plan is empty');
  const rest = { startAtMs: 1, stop: null, chunkGapsMs: null, attempts: [], failures: [] };
  return measureUsage(run, [{ plan, samples, ...rest }]);
}

test('the usage of a run covers all sent requests, and names those whose cost is unknown', () => {
  const tokens = { requests: 4, inputTokens: 1_700, outputTokens: 250 };
  expect(measure(true)).toEqual({ ...tokens, nanoUsd: (1_700 + 500) * 1_000, unpricedRequests: 1 });
  expect(measure(false)).toEqual({ ...tokens, nanoUsd: 0, unpricedRequests: 4 });
});

test('the sums of the batches give the same tokens and cost if the samples cannot be read', () => {
  const tally = samples.reduce(addToTally, noTally);
  const batch = makeBatch({ progress: { ...noProgress, ok: 2, failed: 1, warmupDone: 1, notSent: 1, tally } });
  const { unpricedRequests: _, ...expected } = measure(true);
  expect(tallyUsage(makePricedRun(true), [batch])).toMatchObject(expected);
});

test('a cost too large to be stored exactly counts as the largest one, so that the run still ends', () => {
  const prices = { ...pricing, inputPerMillionTokens: 1_000_000, outputPerMillionTokens: 1_000_000 };
  const many = { ...noTally, billed: { ...noTally.billed, inputTokens: 1e12 } };
  const batch = makeBatch({ progress: { ...noProgress, ok: 1, tally: many } });
  expect(tallyUsage(makePricedRun(true, prices), [batch]).nanoUsd).toBe(1e14);
  expect(measure(true, prices).nanoUsd).toBe(1_950 * 1e9);
});
