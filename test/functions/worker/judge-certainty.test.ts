import { describe, expect, test } from 'vitest';
import { judgeCertainty, readCertaintyValue } from '../../../functions/worker/judge-certainty.ts';
import { loadSchema } from '../../../shared/load/load.ts';
import type { StopWhen } from '../../../shared/load/parts/load-fields.ts';
import type { Sample } from '../../../shared/sample/sample.ts';
import { createSeededRandom, drawStandardNormal } from '../../../shared/workload/distributions/seeded-random.ts';
import { makeFailure, makeOk } from '../../support/factories/sample-factory.ts';

const makeRule = (set: object): StopWhen => {
  const { stopWhen } = loadSchema.parse({ mode: 'concurrency', stages: [{ concurrency: 1 }], stopWhen: set });
  if (stopWhen === undefined) throw new Error('no rule');
  return stopWhen;
};

/** Draws log-normal times to first token with a median of 400 ms. */
function makeSamples(seed: number, count: number) {
  const random = createSeededRandom(seed, 'certainty');
  return Array.from({ length: count }, (_, k) =>
    makeOk(
      { startMs: k * 1_000, ttftMs: 400 * Math.exp(0.3 * drawStandardNormal(random)), e2eMs: 5_000 },
      { requestIndex: k },
    ),
  );
}

/** Judges samples as a worker does. */
function judge(rule: StopWhen, samples: readonly Sample[], requests: number) {
  const values = samples.flatMap((sample) => readCertaintyValue(rule, sample) ?? []);
  return judgeCertainty(rule, values, requests);
}

/** Judges at the given sizes, as a worker does, until the rule stops or the samples end. */
function runRule(rule: StopWhen, seed: number, requests: number) {
  for (let n = rule.minRequests, looks = 1; ; looks++) {
    const verdict = judge(rule, makeSamples(seed, n), requests);
    if (verdict.reason !== null) return { ...verdict, looks };
    n = verdict.nextN ?? requests;
  }
}

describe('a stage that stops at the requested precision', () => {
  test('for a median within 5 % stops long before its end, after few looks, and covers as often as stated', () => {
    const rule = makeRule({ metric: 'ttftMs', statistic: 'p50', relativeHalfWidth: 0.05 });
    const stopped = Array.from({ length: 200 }, (_, seed) => runRule(rule, seed, 5_000));
    expect(
      stopped.every(({ reason, looks, precision }) => reason === 'precise' && looks <= 12 && (precision ?? 1) <= 0.05),
    ).toBe(true);
    expect(Math.max(...stopped.map(({ n }) => n))).toBeLessThan(600);
    // 95 % of 200, less four standard errors, because looking more than once costs some coverage.
    const right = stopped.filter(({ value }) => Math.abs((value ?? 0) / 400 - 1) <= 0.05).length;
    expect(right).toBeGreaterThanOrEqual(178);
  });

  test('for a mean uses its interval, and needs more requests for a higher precision', () => {
    const wide = runRule(makeRule({ metric: 'ttftMs', statistic: 'mean', relativeHalfWidth: 0.04 }), 1, 20_000);
    const tight = runRule(makeRule({ metric: 'ttftMs', statistic: 'mean', relativeHalfWidth: 0.01 }), 1, 20_000);
    expect(wide.reason).toBe('precise');
    expect(tight.reason).toBe('precise');
    expect(tight.n).toBeGreaterThan(5 * wide.n);
  });

  test('never stops below minRequests, for failures, or without an interval', () => {
    const rule = makeRule({ metric: 'ttftMs', statistic: 'p50', relativeHalfWidth: 1, minRequests: 80 });
    expect(judge(rule, makeSamples(1, 79), 1_000).reason).toBeNull();
    expect(judge(rule, makeSamples(1, 80), 1_000)).toMatchObject({ reason: 'precise', n: 80 });
    const failures = Array.from({ length: 500 }, (_, k) => makeFailure(k, k));
    expect(judge(rule, failures, 1_000)).toMatchObject({ reason: null, n: 0, value: null });
    // The p99 of 367 values has no 95 % interval.
    const p99 = makeRule({ metric: 'ttftMs', statistic: 'p99', relativeHalfWidth: 1, minRequests: 10 });
    expect(judge(p99, makeSamples(1, 367), 1_000).reason).toBeNull();
    expect(judge(p99, makeSamples(1, 368), 1_000).reason).toBe('precise');
  });
});
