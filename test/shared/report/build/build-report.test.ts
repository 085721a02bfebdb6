import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requestMetricNames } from '../../../../shared/metric-names.ts';
import { planRun } from '../../../../shared/plan/plan-run.ts';
import { buildReport, type ReportInput } from '../../../../shared/report/build/build-report.ts';
import { serializeReport } from '../../../../shared/report/build/serialize-report.ts';
import { readReport } from '../../../../shared/report/model/read-report.ts';
import { reportSchema } from '../../../../shared/report/model/report.ts';
import { renderText } from '../../../../shared/report/render/text/render-text.ts';
import { composeSummary } from '../../../../shared/report/sections/compose-report.ts';
import { notSentReasons, outcomes } from '../../../../shared/sample/outcome.ts';
import { type Sample, sampleSchema } from '../../../../shared/sample/sample.ts';
import {
  makeFailure,
  makeReportInput,
  makeSample,
  makeSpec,
  makeTwoProviders,
  quickProvider,
  quietNote,
  wallMs,
} from '../../../support/factories/sample-factory.ts';
import { countCases } from '../../../support/test-form.ts';

const replaceSamples = (input: ReportInput, replace: (sample: Sample) => Sample): ReportInput => ({
  ...input,
  stages: input.stages.map((stage) => ({ ...stage, samples: stage.samples.map(replace), chunkGapsMs: null })),
});

describe('buildReport', () => {
  test('matches its schema', () => {
    const report = buildReport(makeTwoProviders());
    expect(reportSchema.parse(report)).toEqual(report);
  });

  test('gives the same bytes for samples in any order', () => {
    const input = makeTwoProviders(60);
    const shuffled = {
      ...input,
      stages: input.stages.map((stage) => ({
        ...stage,
        samples: [...stage.samples].reverse(),
        chunkGapsMs: stage.chunkGapsMs instanceof Float64Array ? stage.chunkGapsMs.toReversed() : null,
      })),
    };
    const bytes = serializeReport(buildReport(input));
    expect(serializeReport(buildReport(structuredClone(input)))).toBe(bytes);
    // Sums in another order may differ in the last digit.
    const digits = (json: string) => json.replaceAll(/-?\d+\.\d+(e-?\d+)?/g, (text) => Number(text).toPrecision(6));
    expect(digits(serializeReport(buildReport(shuffled)))).toBe(digits(bytes));
  });

  test('recovers the parameters of the simulated providers', () => {
    const [quick] = buildReport(makeTwoProviders(600)).targets;
    const [, input, output] = quick?.regressions.e2e.coefficients ?? [];
    expect(input?.interval.low).toBeLessThan(quickProvider.perInputMs);
    expect(input?.interval.high).toBeGreaterThan(quickProvider.perInputMs);
    expect(output?.interval.low).toBeLessThan(quickProvider.perOutputMs);
    expect(output?.interval.high).toBeGreaterThan(quickProvider.perOutputMs);
    expect(quick?.requests.ttftMs.p50).toBeCloseTo(quickProvider.baseMs + 550 * quickProvider.perInputMs, -1);
    expect(quick?.requests.ttftMs.n).toBe(600);
  });

  test('excludes warm-up requests from all values except their own', () => {
    const input = makeTwoProviders(40);
    const slowWarmup = replaceSamples(input, (sample) => (sample.warmup ? { ...sample, firstOutputMs: 1e6 } : sample));
    const [before, after] = [input, slowWarmup].map((each) => buildReport(each).stages[0]);
    expect(after?.requests.ttftMs).toEqual(before?.requests.ttftMs);
    expect(after?.windows).toEqual(before?.windows);
    expect(after?.counts).toEqual(before?.counts);
    expect(after?.warmup.counts.planned).toBe(5);
    expect(after?.warmup.ttftMs).not.toEqual(before?.warmup.ttftMs);
  });

  test('is complete if every request failed, with n = 0 and the classes of failure', () => {
    const input = replaceSamples(makeTwoProviders(50), ({ requestIndex: index, warmup }) =>
      makeFailure(index, 5, {
        requestIndex: index,
        warmup,
        ...(index % 2 === 0 ? { outcome: 'connect', httpStatus: null, startMs: null } : {}),
      }),
    );
    const report = buildReport(input);
    expect(reportSchema.parse(report)).toEqual(report);
    for (const stage of report.stages) {
      expect(stage.counts).toMatchObject({ planned: 50, ok: 0, failed: 50 });
      expect(stage.errorRate).toMatchObject({ value: 1, n: 50, reason: null });
      expect(stage.errorRateByOutcome).toEqual({ rate_limited: 0.5, connect: 0.5 });
      for (const name of requestMetricNames) expect(stage.requests[name]).toMatchObject({ n: 0, p50: null });
      expect(stage.regressions.e2e.reason).toContain('needs at least 10 requests');
      expect(stage.windows.full.completedRequestsPerMinute.value).toBe(0);
    }
    expect(renderText(composeSummary(report))).toContain('25 rate_limited (50.0 %)');
  });

  test('is complete if no request was sent', () => {
    const input = replaceSamples(makeTwoProviders(10), ({ requestIndex: index, warmup }) =>
      makeSample({ requestIndex: index, warmup, notSentReason: 'run_canceled' }),
    );
    const run = { ...input.run, stop: 'run_canceled' as const, startedAtMs: null };
    const stages = input.stages.map((stage) => ({ ...stage, startAtMs: null, attempts: [] }));
    const report = buildReport({ ...input, run, stages });
    expect(reportSchema.parse(report)).toEqual(report);
    expect(report.stages[0]?.counts).toMatchObject({ planned: 10, issued: 0, notSent: 10 });
    expect(report.trust).toEqual({ result: 'suspect', reasons: ['No measured request was sent.'] });
    expect(renderText(composeSummary(report))).toContain('no request was issued');
  });

  test('pools the stages of a target, and reports each stage separately', () => {
    const stages = [20, 30].map((requests) => ({ concurrency: 5, requests }));
    const spec = makeSpec({ load: { mode: 'concurrency', stages, warmupRequests: 2 } });
    const report = buildReport(makeReportInput(spec, [quickProvider]));
    expect(report.stages.map(({ counts }) => counts.planned)).toEqual([20, 30]);
    expect(report.targets[0]).toMatchObject({
      stageIndices: [0, 1],
      counts: { planned: 50 },
      requests: { ttftMs: { n: 50 } },
    });
    const gaps = report.stages.map(({ requests }) => requests.chunkGapMs.n);
    expect(report.targets[0]?.requests.chunkGapMs.n).toBe(Number(gaps[0]) + Number(gaps[1]));
  });

  test('has the number of inline prompts, not their text', () => {
    const spec = makeSpec({ workload: { kind: 'prompts', prompts: [{ prompt: 'a secret plan' }] } });
    const report = buildReport(makeReportInput(spec, [quickProvider]));
    expect(report.run.workload).toEqual({ kind: 'prompts', promptCount: 1, maxOutputTokens: 256 });
    expect(serializeReport(report)).not.toContain('a secret plan');
  });

  test('does not contain the tenant', () => {
    const input = makeTwoProviders(10);
    const run = { ...input.run, tenantId: 'ten_01hma0000000000000000000aa' };
    expect(serializeReport(buildReport({ ...input, run }))).not.toContain('ten_');
  });

  test('has only finite numbers, and renders, for any samples', () => {
    const plan = planRun(
      makeSpec({ load: { mode: 'concurrency', stages: [{ concurrency: 3, requests: 12 }], warmupRequests: 2 } }),
      {
        maxStreamsPerWorker: 64,
      },
    );
    fc.assert(
      fc.property(fc.array(anySample, { minLength: 14, maxLength: 14 }), (samples) => {
        const spec = makeSpec({ targets: [{ pricing: { inputPerMillionTokens: 1, outputPerMillionTokens: 2 } }] });
        const input = makeReportInput(spec, [quickProvider]);
        const stages = plan.map((stage) => ({
          plan: stage,
          startAtMs: wallMs,
          stop: null,
          samples: samples.map((sample, index) => ({ ...sample, requestIndex: index, warmup: index >= 12 })),
          chunkGapsMs: null,
          attempts: [quietNote],
          failures: [],
        }));
        const report = buildReport({ ...input, stages });
        const json = serializeReport(report);
        expect(json).not.toMatch(/NaN|Infinity/);
        // JSON has no NaN: such a number becomes null, which the schema may not allow.
        expect(serializeReport(readReport(json))).toBe(json);
        expect(renderText(composeSummary(report))).not.toMatch(/NaN|Infinity|undefined/);
      }),
      { numRuns: countCases(80) },
    );
  });
});

// Instants have microsecond digits.
const instant = fc.option(fc.nat({ max: 1e9 }).map((microseconds) => microseconds / 1_000));
const count = fc.option(fc.nat({ max: 1_000_000 }));
const anySample: fc.Arbitrary<Sample> = fc
  .record({
    requestIndex: fc.constant(0),
    warmup: fc.constant(false),
    batchIndex: fc.nat({ max: 3 }),
    attempt: fc.nat({ max: 2 }),
    outcome: fc.oneof({ weight: 2, arbitrary: fc.constant('ok' as const) }, fc.constantFrom(...outcomes)),
    notSentReason: fc.option(fc.constantFrom(...notSentReasons)),
    disturbed: fc.boolean(),
    originWallMs: fc.option(fc.constantFrom(wallMs, wallMs + 3.25)),
    dueMs: instant,
    startMs: instant,
    sentMs: instant,
    headersMs: instant,
    firstReadMs: instant,
    firstOutputMs: instant,
    firstAnswerMs: instant,
    lastOutputMs: instant,
    endMs: instant,
    connection: fc.option(fc.record({ reused: fc.boolean(), dnsMs: instant, connectMs: instant, tlsMs: instant })),
    httpStatus: fc.option(fc.constantFrom(200, 429, 500)),
    retryAfterMs: instant,
    error: fc.option(fc.record({ code: fc.option(fc.string()), message: fc.string() })),
    finishReason: fc.option(fc.constantFrom('stop', 'length')),
    requestedOutputTokens: count,
    requestedInputTokens: count,
    conversationIndex: fc.option(fc.nat({ max: 9 })),
    turn: fc.option(fc.integer({ min: 1, max: 50 })),
    inputTokens: count,
    outputTokens: count,
    usage: fc.option(
      fc.record({ inputTokens: count, outputTokens: count, cachedTokens: count, reasoningTokens: count }),
    ),
    checksum: fc.option(fc.constantFrom('ok' as const, 'mismatch' as const, 'absent' as const)),
    expectedNumber: fc.option(fc.nat(30)),
    answerNumber: fc.option(fc.nat(30)),
    checksumAnyOk: fc.option(fc.boolean()),
    linesFromInput: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    outputEvents: fc.nat({ max: 10_000 }),
    reads: fc.nat({ max: 10_000 }),
    bytes: fc.nat(),
    firstStartMs: fc.constant(null),
    notes: fc.option(fc.constantFrom('unknown_finish: enough', 'not_streamed: JSON')),
  })
  .map((sample) => sampleSchema.parse(sample));
