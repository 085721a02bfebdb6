import { describe, expect, test } from 'vitest';
import { buildReport } from '../../../../shared/report/build/build-report.ts';
import { renderRunHeadline } from '../../../../shared/report/render/render-run-headline.ts';
import { renderTable } from '../../../../shared/report/render/render-table.ts';
import type { Sample } from '../../../../shared/sample/sample.ts';
import {
  makeFailure,
  makeReportInput,
  makeSample,
  makeSpec,
  makeTwoProviders,
  quickProvider,
  slowProvider,
} from '../../../support/sample-factory.ts';

const lines = (text: string) => text.split('\n');

describe('renderTable', () => {
  const report = buildReport(makeTwoProviders());
  const table = renderTable(report);

  test('keeps to 100 columns, without colour or trailing space, and ends in a line break', () => {
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

  test('tells in words what tokens cost in time', () => {
    const text = table.replaceAll(/\n +/g, ' ');
    expect(text).toMatch(
      /anyscale: each input token adds 0\.\d+ ± 0\.\d+ ms, each output token \d\d\.\d+ ± \d\.\d+ ms: one output token costs as much time as \d+\.\d+ input tokens/,
    );
  });

  test('shows goodput against each SLO, and how sure each assertion is', () => {
    expect(table).toMatch(/anyscale +all +150 +\d+\.\d % +\d+\.\d % to \d+\.\d %/);
    expect(table).toMatch(/outputTokensPerSecond >= 25/);
    const input = makeTwoProviders();
    const assertions = [
      { metric: 'errorRate', op: '<=', value: 0.2 },
      { targetId: 'anyscale', metric: 'ttftMs', statistic: 'p99', op: '<', value: 5_000 },
    ] as const;
    const run = { ...input.run, spec: { ...input.run.spec, assertions: [...assertions] } };
    const judged = renderTable(buildReport({ ...input, run })).replaceAll(/\n +/g, ' ');
    expect(judged).toContain('errorRate <= 0.2: 0.00 (sure; 95 %: 0.00 to 0.025)');
    expect(judged).toMatch(/ttftMs p99 < 5000: [\d.]+ \(not sure: .*; about 368 values could tell\)/);
  });

  test('shows what the run takes of AWS, with the parts that add up to it, and nothing for an import', () => {
    const section = lines(table).slice(lines(table).findIndex((line) => line.includes('What the run takes of AWS')));
    const usd = section.slice(2, 6).map((line) => Number(line.split(/ {2,}/).at(-1)));
    const { service } = report;
    if (service === null) throw new Error('A measured run has its use');
    expect(usd).toEqual(
      [service.lambdaUsd, service.dynamodbUsd, service.sqsUsd, service.totalUsd].map((value) =>
        Number(value.toFixed(6)),
      ),
    );
    expect(section[2]).toMatch(/^Lambda {4}\d+\.\d GB-s, \d+ invocations +0\.\d{6}$/);
    expect(section.slice(6, 9).join(' ')).toContain(`prices of ${service.prices.asOf} in us-east-1`);
    expect(renderTable({ ...report, service: null })).not.toContain('AWS');
  });

  test('says what was asked, where the numbers come from, and of which manifest', () => {
    expect(table).toContain('sonnet, 550 ± 150 input and 150 ± 20 output tokens, checksum, cold cache; seed 117');
    expect(table).toContain('closed loop: 150 requests at 5 concurrent');
    expect(table).toContain('Llama 2 tokenizer');
    expect(table).toContain(report.run.manifestSha256);
  });

  test('shows a missing number as a dash with its reason below', () => {
    const input = makeTwoProviders(20);
    const stages = input.stages.map((stage) => ({
      ...stage,
      samples: stage.samples.map(({ requestIndex: index, warmup }) =>
        makeFailure(index, 3, { requestIndex: index, warmup }),
      ),
    }));
    const failing = renderTable(buildReport({ ...input, stages }));
    expect(failing).toMatch(/TTFT ms +anyscale +0 +-\[1\] +-\[1\]/);
    expect(failing).toContain('[1] no request is ok');
    expect(failing).toContain('anyscale: 20 rate_limited (100.0 %): HTTP 429, rate_limit_exceeded: Rate limit reached');
  });

  test('lets no text of a target move the cursor or break a line', () => {
    const input = makeTwoProviders(20);
    const message = '\u001b[2Jgone\r\nTrust ok\u202e';
    const stages = input.stages.map((stage) => ({
      ...stage,
      samples: stage.samples.map(({ requestIndex: index, warmup }) =>
        makeFailure(index, 3, { requestIndex: index, warmup, error: { code: '\u0007', message } }),
      ),
    }));
    const text = renderTable(buildReport({ ...input, stages }));
    expect(text).toContain('[2Jgone Trust ok');
    for (const control of ['\u001b', '\u0007', '\r', '\u202e']) expect(text).not.toContain(control);
  });

  test('tells targets with long names apart, and load levels', () => {
    const spec = makeSpec({
      targets: [{ id: 'a-name-of-more-than-sixteen-1' }, { id: 'a-name-of-more-than-sixteen-2' }],
      load: { mode: 'concurrency', stages: [5, 30].map((concurrency) => ({ concurrency, requests: 40 })) },
    });
    const long = renderTable(buildReport(makeReportInput(spec, [quickProvider, slowProvider])));
    for (const label of ['1:a-name-of-mor… @5', '1:a-name-of-mor… @30', '2:a-name-of-mor… @5', '2:a-name-of-mor… @30'])
      expect(long).toContain(label);
    for (const line of lines(long)) expect([...line].length, line).toBeLessThanOrEqual(100);
  });

  test('shows assertions, the reasons for suspicion, and warnings', () => {
    const spec = makeSpec({ assertions: [{ metric: 'ttftMs', statistic: 'p95', op: '<=', value: 1 }] });
    const input = makeReportInput(spec, [quickProvider]);
    const judged = renderTable(
      buildReport({ ...input, stages: input.stages.map((stage) => ({ ...stage, attempts: [] })) }),
    );
    expect(judged).toMatch(/^FAIL {5}target-1: ttftMs p95 <= 1: \d+/m);
    expect(judged).toMatch(/^suspect {2}target-1 at 5 concurrent: the instrument gave no account of itself/m);
  });
});

describe('renderRunHeadline', () => {
  test('says in one line which run it was, how much went well, and whether it holds', () => {
    expect(renderRunHeadline(buildReport(makeTwoProviders()))).toBe(
      'llama-2-70b-chat, two providers (run_01hma0000000000000000000aa): 300 of 300 requests ok, trust ok, nothing asserted',
    );
  });

  const unreachable = { outcome: 'connect', httpStatus: null, retryAfterMs: null } as const;
  const error = { code: 'connect', message: 'The connection could not be made' };
  const headlineOf = (requests: number, change: (sample: Sample) => Sample) => {
    const spec = makeSpec({ load: { mode: 'concurrency', stages: [{ concurrency: 1, requests }], warmupRequests: 0 } });
    const input = makeReportInput(spec, [quickProvider]);
    const stages = input.stages.map((stage) => ({ ...stage, samples: stage.samples.map(change) }));
    return renderRunHeadline(buildReport({ ...input, stages })).replace(/^run_\w+: /, '');
  };

  test('says loudly that there are no numbers where every request failed, and of what', () => {
    expect(
      headlineOf(4, ({ requestIndex: index }) => makeFailure(index, 3, { requestIndex: index, ...unreachable, error })),
    ).toBe(
      'NO NUMBERS: all 4 requests failed: 4 connect (The connection could not be made); trust suspect, nothing asserted',
    );
    expect(
      headlineOf(1, ({ requestIndex: index }) => makeFailure(index, 3, { requestIndex: index, ...unreachable, error })),
    ).toMatch(/^NO NUMBERS: the only request failed: 1 connect/);
  });

  test('says so where a run was stopped before a first good request', () => {
    const stopped = headlineOf(4, ({ requestIndex: index }) =>
      index === 0
        ? makeFailure(index, 3, {
            requestIndex: index,
            outcome: 'canceled',
            httpStatus: null,
            retryAfterMs: null,
            error: null,
          })
        : makeSample({ requestIndex: index, notSentReason: 'run_canceled' }),
    );
    expect(stopped).toBe(
      'NO NUMBERS: none of 4 requests is ok: 1 canceled, 3 not sent; trust suspect, nothing asserted',
    );
  });

  test('names the classes of failure, the largest first, where more than half failed', () => {
    const mixed = headlineOf(8, (sample) => {
      const { requestIndex: index } = sample;
      if (index < 3) return sample;
      return index < 6
        ? makeFailure(index, 3, { requestIndex: index, ...unreachable, error })
        : makeFailure(index, 3, { requestIndex: index });
    });
    expect(mixed).toBe(
      '3 of 8 requests ok; 5 FAILED: 3 connect (The connection could not be made), 2 rate_limited (HTTP 429, rate_limit_exceeded: Rate limit reached); trust suspect, nothing asserted',
    );
  });
});
