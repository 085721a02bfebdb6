import { describe, expect, test } from 'vitest';
import { buildReport, type ReportInput } from '../../../../shared/report/build/build-report.ts';
import { reportFormats } from '../../../../shared/report/render/registry.ts';
import { measuredWords } from '../../../../shared/report/sections/origin-words.ts';
import type { Sample } from '../../../../shared/sample/sample.ts';
import { makeTwoProviders } from '../../../support/factories/sample-factory.ts';

const stallMs = 60_000;

/** Makes the first stage's last requests ones that a stall of a minute made seem slow, and `change`s them. */
function disturb(count: number, change: Partial<Sample> = {}, requests = 150): ReportInput {
  const input = makeTwoProviders(requests);
  const [first, ...others] = input.stages;
  if (first === undefined) throw new Error('The run has no stage');
  const delay = (ms: number | null) => (ms === null ? null : ms + stallMs);
  const samples = first.samples.map((sample): Sample => {
    if (sample.warmup || sample.requestIndex < requests - count) return sample;
    const { firstOutputMs, lastOutputMs, endMs } = sample;
    const times = { firstOutputMs: delay(firstOutputMs), lastOutputMs: delay(lastOutputMs), endMs: delay(endMs) };
    return { ...sample, ...times, disturbed: true, ...change };
  });
  const attempts = first.attempts.map((attempt) => ({ ...attempt, longestStallMs: stallMs }));
  return { ...input, stages: [{ ...first, samples, attempts }, ...others] };
}

const render = async (input: ReportInput, format: string) => {
  const rendered = await reportFormats[format]?.render({
    json: JSON.stringify(buildReport(input)),
    loadManifest: async () => '{}',
    chooseWords: () => measuredWords,
  });
  return [rendered ?? []].flat().join('');
};

const buildFirst = (input: ReportInput) => {
  const report = buildReport(input);
  const [stage] = report.stages;
  if (stage === undefined) throw new Error('The report has no stage');
  return { stage, report };
};

describe('the report of a stage with disturbed requests', () => {
  test('counts them by outcome, and excludes them from latencies, throughput, and shares', () => {
    const { stage, report } = buildFirst(disturb(5));
    expect(stage.counts).toMatchObject({ planned: 150, issued: 150, ok: 150, failed: 0, disturbed: 5 });
    for (const metric of ['ttftMs', 'e2eLatencyMs', 'tpotMs', 'closeLagMs'] as const)
      expect(stage.requests[metric]).toMatchObject({ n: 145 });
    expect(stage.requests.e2eLatencyMs.max).toBeLessThan(stallMs / 2);
    expect(stage.errorRate).toMatchObject({ value: 0, n: 145 });
    expect(stage.goodputShare.n).toBe(145);
    expect(stage.regressions.e2e.n).toBe(145);
    expect(report.targets[0]?.requests.ttftMs.n).toBe(145);
    const { full } = stage.windows;
    const { full: undisturbed } = buildFirst(makeTwoProviders()).stage.windows;
    expect(full.completedRequestsPerMinute.n).toBe(145);
    expect(full.excludedMs).toBeGreaterThan(stallMs);
    const ratio = (full.completedRequestsPerMinute.value ?? 0) / (undisturbed.completedRequestsPerMinute.value ?? 1);
    expect(ratio).toBeCloseTo(1, 1);
  });

  test('does not blame the target for failures during a stall', () => {
    const failed = { outcome: 'timeout_total', error: { code: 'timeout_total', message: 'Too late' } } as const;
    const { stage } = buildFirst(disturb(5, failed));
    expect(stage.counts).toMatchObject({ ok: 145, failed: 5, disturbed: 5, byOutcome: { timeout_total: 5 } });
    expect(stage.errorRate).toMatchObject({ value: 0, n: 145 });
    expect(stage.errorRateByOutcome).toEqual({});
    expect(stage.failures.failureOpenMs.n).toBe(0);
    expect(stage.errors).toMatchObject([{ outcome: 'timeout_total', count: 5 }]);
  });

  test('is suspect above 1 %, with the longest stall and the remedy, and otherwise has a note', () => {
    const many = buildFirst(disturb(2)).report;
    expect(many.trust).toEqual({
      result: 'suspect',
      reasons: [
        'anyscale at concurrency 5: 2 of 150 requests (1.3 %) are excluded, because they were open while a worker stalled (longest stall 60.0 s). Keep the worker’s machine and process running without pauses, close other programs on it, and run again.',
      ],
    });
    const one = buildFirst(disturb(1));
    expect(one.report.trust.result).toBe('ok');
    expect(one.stage.warnings.join('\n')).toContain('1 request was open while a worker stalled.');
  });

  test.each(['text', 'md', 'html'])('as %s states the number of excluded requests next to each n', async (format) => {
    expect(await render(disturb(5), format)).toContain('145 (5 disturbed excluded)');
    expect(await render(makeTwoProviders(), format)).not.toMatch(/\d disturbed|disturbed excluded/);
  });

  test('as CSV has their number', async () => {
    expect(await render(disturb(5), 'csv')).toMatch(/,counts,disturbed,,5,requests,/);
  });
});
