import { describe, expect, test } from 'vitest';
import { buildReport } from '../../../../shared/report/build/build-report.ts';
import { renderText } from '../../../../shared/report/render/text/render-text.ts';
import { composeSummary } from '../../../../shared/report/sections/compose-report.ts';
import {
  makeFailure,
  makeReportInput,
  makeSpec,
  makeTwoProviders,
  quickProvider,
  slowProvider,
} from '../../../support/factories/sample-factory.ts';

const lines = (text: string) => text.split('\n');

describe('composeSummary', () => {
  const report = buildReport(makeTwoProviders());
  const table = renderText(composeSummary(report));

  test('has at most 100 columns, no color and no trailing spaces, and ends in a line break', () => {
    for (const line of lines(table)) {
      expect([...line].length, line).toBeLessThanOrEqual(100);
      expect(line).toBe(line.trimEnd());
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
    expect(table).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(table.endsWith('\n')).toBe(true);
  });

  test('shows the statistics of the report', () => {
    const { ttftMs } = report.stages[0]?.requests ?? {};
    const row = lines(table).find((line) => /^TTFT ms +anyscale/.test(line));
    expect(row?.split(/ {2,}/).slice(2)).toEqual([
      '150',
      ...[ttftMs?.mean, ttftMs?.p50, ttftMs?.p90, ttftMs?.p95, ttftMs?.p99, ttftMs?.max].map((value) =>
        Number(value).toFixed(1),
      ),
    ]);
  });

  test('describes the latency per token', () => {
    const text = table.replaceAll(/\n +/g, ' ');
    expect(text).toMatch(
      /anyscale: each input token adds 0\.\d+ ± 0\.\d+ ms to end-to-end latency, each output token \d\d\.\d+ ± \d\.\d+ ms; one output token takes as long as \d+\.\d+ input tokens/,
    );
  });

  test('shows the goodput of each SLO and the certainty of each assertion', () => {
    expect(table).toMatch(/anyscale +all +150 +\d+\.\d % +\d+\.\d % to \d+\.\d %/);
    expect(table).toMatch(/outputTokensPerSecond >= 25/);
    const input = makeTwoProviders();
    const assertions = [
      { metric: 'errorRate', op: '<=', value: 0.2 },
      { targetId: 'anyscale', metric: 'ttftMs', statistic: 'p99', op: '<', value: 5_000 },
    ] as const;
    const run = { ...input.run, spec: { ...input.run.spec, assertions: [...assertions] } };
    const judged = renderText(composeSummary(buildReport({ ...input, run }))).replaceAll(/\n +/g, ' ');
    expect(judged).toContain('errorRate <= 0.2: 0.00 (conclusive; 95 % interval 0.00 to 0.025)');
    expect(judged).toMatch(/ttftMs p99 < 5000: [\d.]+ \(inconclusive: .*; about 368 values needed\)/);
  });

  test('shows the AWS usage with its total, and nothing for an import', () => {
    const section = lines(table).slice(lines(table).findIndex((line) => line.includes('AWS usage')));
    const usd = section.slice(2, 6).map((line) => Number(line.split(/ {2,}/).at(-1)));
    const { service } = report;
    if (service === null) throw new Error('A measured run has AWS usage');
    expect(usd).toEqual(
      [service.lambdaUsd, service.dynamodbUsd, service.sqsUsd, service.totalUsd].map((value) =>
        Number(value.toFixed(6)),
      ),
    );
    expect(section[2]).toMatch(/^Lambda {4}\d+\.\d GB-s, \d+ invocations +0\.\d{6}$/);
    expect(section.slice(6, 9).join(' ')).toContain(`prices of ${service.prices.asOf} in us-east-1`);
    expect(renderText(composeSummary({ ...report, service: null }))).not.toContain('AWS');
  });

  test('shows the workload, the load, the method and the manifest', () => {
    expect(table).toContain('sonnet, 550 ± 150 input and 150 ± 20 output tokens, checksum, cold cache; seed 117');
    expect(table).toContain('closed loop: 150 requests at concurrency 5');
    expect(table).toContain('Llama 2 tokenizer');
    expect(table).toContain(report.run.manifestSha256);
  });

  test('shows a missing value as a dash with a numbered reason', () => {
    const input = makeTwoProviders(20);
    const stages = input.stages.map((stage) => ({
      ...stage,
      samples: stage.samples.map(({ requestIndex: index, warmup }) =>
        makeFailure(index, 3, { requestIndex: index, warmup }),
      ),
    }));
    const failing = renderText(composeSummary(buildReport({ ...input, stages })));
    expect(failing).toMatch(/TTFT ms +anyscale +0 +-\[1\] +-\[1\]/);
    expect(failing).toContain('[1] no request succeeded');
    expect(failing).toContain('anyscale: 20 rate_limited (100.0 %): HTTP 429, rate_limit_exceeded: Rate limit reached');
  });

  test('replaces control characters in texts of a target', () => {
    const input = makeTwoProviders(20);
    const message = '\u001b[2Jgone\r\nTrust ok\u202e';
    const stages = input.stages.map((stage) => ({
      ...stage,
      samples: stage.samples.map(({ requestIndex: index, warmup }) =>
        makeFailure(index, 3, { requestIndex: index, warmup, error: { code: '\u0007', message } }),
      ),
    }));
    const text = renderText(composeSummary(buildReport({ ...input, stages })));
    expect(text).toContain('[2Jgone Trust ok');
    for (const control of ['\u001b', '\u0007', '\r', '\u202e']) expect(text).not.toContain(control);
  });

  test('distinguishes targets with long names, and load levels', () => {
    const spec = makeSpec({
      targets: [{ id: 'a-name-of-more-than-sixteen-1' }, { id: 'a-name-of-more-than-sixteen-2' }],
      load: { mode: 'concurrency', stages: [5, 30].map((concurrency) => ({ concurrency, requests: 40 })) },
    });
    const long = renderText(composeSummary(buildReport(makeReportInput(spec, [quickProvider, slowProvider]))));
    for (const label of ['1:a-name-of-mor… @5', '1:a-name-of-mor… @30', '2:a-name-of-mor… @5', '2:a-name-of-mor… @30'])
      expect(long).toContain(label);
    for (const line of lines(long)) expect([...line].length, line).toBeLessThanOrEqual(100);
  });

  test('shows assertions, reasons for distrust and warnings', () => {
    const spec = makeSpec({ assertions: [{ metric: 'ttftMs', statistic: 'p95', op: '<=', value: 1 }] });
    const input = makeReportInput(spec, [quickProvider]);
    const stages = input.stages.map((stage) => ({ ...stage, attempts: [] }));
    const judged = renderText(composeSummary(buildReport({ ...input, stages })));
    expect(judged).toMatch(/^FAIL {5}target-1: ttftMs p95 <= 1: \d+/m);
    expect(judged).toMatch(/^suspect {2}target-1 at concurrency 5: the measurement error is unknown/m);
  });
});
