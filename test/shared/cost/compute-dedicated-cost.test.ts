import { describe, expect, test } from 'vitest';
import {
  computeDedicatedCost,
  type DedicatedCost,
  findHighestThroughput,
  type Throughput,
} from '../../../shared/cost/compute-dedicated-cost.ts';
import { buildReport } from '../../../shared/report/build/build-report.ts';
import { renderText } from '../../../shared/report/render/text/render-text.ts';
import { composeSummary } from '../../../shared/report/sections/compose-report.ts';
import { makeReportInput, makeSpec, quickProvider } from '../../support/factories/sample-factory.ts';

const hardware = { hourlyUsd: 19.22, instances: 2, currency: 'USD' as const };
const makeMetric = (value: number | null, n = 30) => ({ value, n, reason: value === null ? 'none' : null });
const busy = (stageIndex: number, outputTokensPerSecond: number | null): Throughput => ({
  stageIndex,
  window: 'steady',
  outputTokensPerSecondTotal: makeMetric(outputTokensPerSecond),
  totalTokensPerSecondTotal: makeMetric(outputTokensPerSecond === null ? null : outputTokensPerSecond * 4),
  completedRequestsPerMinute: makeMetric(outputTokensPerSecond === null ? null : 60),
});

describe('computeDedicatedCost', () => {
  test('divides the hourly price of all instances by their hourly output', () => {
    const cost = computeDedicatedCost(hardware, busy(3, 1_000));
    expect(cost).toMatchObject({ hourlyUsd: 38.44, stageIndex: 3, window: 'steady' } satisfies Partial<DedicatedCost>);
    expect(cost?.costPerMillionOutputTokensAtFullUseUsd).toEqual({
      value: expect.closeTo((38.44 / (1_000 * 3_600)) * 1e6, 12),
      n: 30,
      reason: null,
    });
    expect(cost?.costPerMillionTokensAtFullUseUsd.value).toBeCloseTo((38.44 / (4_000 * 3_600)) * 1e6, 12);
    expect(cost?.costPerThousandRequestsAtFullUseUsd.value).toBeCloseTo((38.44 / 3_600) * 1_000, 12);
  });

  test('is null without hardware, and has no values without a throughput', () => {
    expect(computeDedicatedCost(null, busy(0, 1))).toBeNull();
    expect(computeDedicatedCost(hardware, null)).toMatchObject({
      stageIndex: null,
      window: null,
      costPerMillionTokensAtFullUseUsd: { value: null, n: 0, reason: 'no stage was measured' },
    });
    expect(computeDedicatedCost(hardware, busy(0, 0))?.costPerMillionTokensAtFullUseUsd.value).toBeNull();
  });

  test('uses the stage with the highest output throughput', () => {
    expect(findHighestThroughput([busy(0, 5), busy(1, null), busy(2, 9), busy(3, 7)])?.stageIndex).toBe(2);
    expect(findHighestThroughput([])).toBeNull();
  });
});

test('a report uses the throughput of each stage, and the best one for the target', () => {
  const spec = makeSpec({
    targets: [{ id: 'own', dedicated: hardware }],
    load: {
      mode: 'concurrency',
      stages: [
        { concurrency: 2, requests: 20 },
        { concurrency: 8, requests: 40 },
      ],
    },
  });
  const report = buildReport(makeReportInput(spec, [quickProvider]));
  const { stages, targets, metrics } = report;
  const [slow, fast] = stages.map(({ cost }) => cost.dedicated);
  expect(targets[0]?.cost.dedicated).toEqual(fast);
  expect(fast?.stageIndex).toBe(1);
  expect(fast?.outputTokensPerSecondTotal).toEqual(stages[1]?.windows.steady.outputTokensPerSecondTotal);
  expect(Number(slow?.costPerMillionOutputTokensAtFullUseUsd.value)).toBeGreaterThan(
    Number(fast?.costPerMillionOutputTokensAtFullUseUsd.value),
  );
  expect(metrics['costPerMillionOutputTokensAtFullUseUsd']?.formula).toContain('3,600');
  const table = renderText(composeSummary(report)).replace(/\s+/g, ' ');
  expect(table).toContain('2 x instance at 38.44 USD per hour: ');
  expect(table).toContain('USD per million output tokens at the utilization of stage 1.');
});
