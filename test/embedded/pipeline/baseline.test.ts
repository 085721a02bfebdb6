import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readReport } from '../../../shared/report/model/read-report.ts';
import type { Report } from '../../../shared/report/model/report.ts';
import { type ProviderProcess, startProviderProcess } from '../../support/servers/provider-process.ts';
import { type Pipeline, startPipeline } from '../../support/service/pipeline.ts';

/** A tenth of the preset's times: 0.05 ms per input token and 4.5 ms per output token. */
const scale = 0.1;
let providers: ProviderProcess[];
let pipeline: Pipeline;
beforeAll(async () => {
  providers = await Promise.all([
    startProviderProcess({ preset: 'linear', timeScale: scale }),
    startProviderProcess({ preset: 'linear', timeScale: 1.5 * scale }),
  ]);
  pipeline = await startPipeline();
});
afterAll(async () => {
  await pipeline.close();
  for (const provider of providers) await provider.stop();
});

async function makeReport(provider: number, more: object = {}): Promise<{ runId: string; report: Report }> {
  const runId = await pipeline.start({
    seed: 117,
    targets: [{ id: 'a', baseUrl: providers[provider]?.url, model: 'linear', credentialId: null }],
    workload: {
      kind: 'sonnet',
      inputTokens: { distribution: 'empirical', values: [250, 1_000, 1_800, 2_600, 3_500] },
      outputTokens: { distribution: 'uniform', min: 20, max: 80 },
    },
    load: { mode: 'concurrency', stages: [{ concurrency: 30, requests: 60 }], warmupRequests: 5 },
    ...more,
  });
  expect(await pipeline.finish(runId)).toMatchObject({ status: 'completed' });
  return { runId, report: readReport(String(await pipeline.deps.reports.get(runId))) };
}

describe('a run and its baseline', () => {
  let base: Awaited<ReturnType<typeof makeReport>>;
  beforeAll(async () => {
    base = await makeReport(0);
  });

  test('yield the time per input token and per output token, and the ratio', () => {
    const { e2e, outputToInputRatio } = base.report.targets[0]?.regressions ?? {};
    const [, input, output] = e2e?.coefficients ?? [];
    // Real times vary from run to run, so allow five standard errors instead of two.
    const errors = [
      [input, 0.5 * scale],
      [output, 45 * scale],
    ] as const;
    for (const [coefficient, truth] of errors) {
      expect(Math.abs(Number(coefficient?.value) - truth)).toBeLessThan(5 * Number(coefficient?.standardError));
      expect(coefficient?.standardError).toBeLessThan(0.15 * truth);
    }
    expect(Math.abs(Number(outputToInputRatio?.value) - 90)).toBeLessThan(
      5 * Number(outputToInputRatio?.standardError),
    );
  });

  test('are compared in pairs: a slower provider is worse, fails its assertion, and names the baseline report', async () => {
    const { report } = await makeReport(1, {
      baseline: { runId: base.runId },
      assertions: [
        { metric: 'e2eLatencyMs', statistic: 'p50', op: '<=', value: 1.1, relativeToBaseline: true },
        { metric: 'errorRate', op: '<=', value: 0.1 },
      ],
    });
    const { baseline, verdict } = report;
    expect(baseline).toMatchObject({
      runId: base.runId,
      reason: null,
      comparison: { samePrompts: true, verdict: 'worse' },
    });
    expect(baseline?.reportSha256).toMatch(/^[0-9a-f]{64}$/);
    const e2e = baseline?.comparison?.stages[0]?.metrics.find(
      ({ metric, statistic }) => metric === 'e2eLatencyMs' && statistic === 'p50',
    );
    expect(e2e).toMatchObject({ verdict: 'worse', inference: { paired: true, nBase: 60, nTarget: 60 } });
    expect(verdict).toMatchObject({
      result: 'fail',
      certainty: 'conclusive',
      assertions: [
        { pass: false, certainty: 'conclusive' },
        { pass: true, certainty: 'conclusive' },
      ],
    });
    expect(verdict.assertions[0]?.value).toBeGreaterThan(1.2);
  });
});
