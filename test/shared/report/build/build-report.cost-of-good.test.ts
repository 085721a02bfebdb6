import { expect, test } from 'vitest';
import { buildReport } from '../../../../shared/report/build/build-report.ts';
import { makeReportInput, makeSpec, quickProvider } from '../../../support/factories/sample-factory.ts';

const pricing = { inputPerMillionTokens: 1, outputPerMillionTokens: 1, currency: 'USD' as const };

test('the cost per good request includes requests that miss the slos', () => {
  const spec = makeSpec({
    targets: [{ id: 'one', pricing }],
    slos: [{ metric: 'e2eLatencyMs', max: 4_500 }],
    load: { mode: 'concurrency', stages: [{ concurrency: 5, requests: 100 }] },
  });
  const [stage] = buildReport(makeReportInput(spec, [quickProvider])).stages;
  const good = Math.round(Number(stage?.goodputShare.value) * 100);
  expect(good).toBeGreaterThan(0);
  expect(good).toBeLessThan(100);
  expect(stage?.cost.costPerGoodRequestUsd).toMatchObject({
    value: expect.closeTo(Number(stage?.cost.totals.okUsd.value) / good, 12),
    n: good,
    reason: null,
  });
});
