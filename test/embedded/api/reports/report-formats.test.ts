import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Report, reportSchema } from '../../../../shared/report/model/report.ts';
import { makeFailure, makeOk } from '../../../support/factories/sample-factory.ts';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';
import { finishRun } from '../../../support/service/finish-run.ts';

let bench: ApiBench;
let runId: string;
let report: Report;
const requests = 40;
const name = '=HYPERLINK("https://evil.example") | *bold* <script>';

/** A run of two targets with a failure in every fourth request. */
beforeAll(async () => {
  bench = await openApiBench();
  const body = {
    name,
    targets: ['a', 'b'].map((id) => ({
      id,
      baseUrl: 'https://api.example.com/v1',
      model: 'org/model:1',
      body: { temperature: 0, nested: { top_p: 1 } },
      pricing: { inputPerMillionTokens: 1, outputPerMillionTokens: 1 },
    })),
    load: { mode: 'concurrency', stages: [{ concurrency: 6, requests }], warmupRequests: 1 },
    metadata: { commit: 'abc' },
    seed: 1,
  };
  runId = await finishRun(bench, body, (stageIndex, index, warmup) => {
    const changes = { requestIndex: index, warmup, batchIndex: 0 };
    if (index % 4 !== 3)
      return makeOk(
        { startMs: index * 100, ttftMs: 300 + index + 50 * stageIndex, e2eMs: 2_000 + 10 * index },
        changes,
      );
    const error = { code: '+1', message: '=cmd|calc, "q"' };
    return makeFailure(index * 100, 50, { ...changes, httpStatus: 429, outcome: 'rate_limited', error });
  });
  report = reportSchema.parse((await bench.ask('GET', `/v1/runs/${runId}/report`)).json);
});
afterAll(() => bench.close());

const ask = (ending: string) => bench.ask('GET', `/v1/runs/${runId}/report${ending}`);

/** Parses the cells of a CSV text (RFC 4180). */
function parseCsv(text: string): string[][] {
  return text
    .trimEnd()
    .split('\r\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((cell) =>
        (cell[1] ?? cell[2] ?? '').replaceAll('""', '"'),
      ),
    );
}

describe('the report as CSV', () => {
  test('has every statistic with its unit, n, interval and formula', async () => {
    const answer = await ask('.csv');
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    const [head = [], ...rows] = parseCsv(answer.text);
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([head.length]));
    const named = rows.map((row) => Object.fromEntries(head.map((column, i) => [column, row[i] ?? ''])));
    const find = (metric: string, statistic: string, section = 'requests', targetId = 'b') =>
      named.filter(
        (row) =>
          row['scope'] === 'stage' &&
          row['targetId'] === targetId &&
          row['section'] === section &&
          row['metric'] === metric &&
          row['statistic'] === statistic,
      );
    const { ttftMs } = report.stages[1]?.requests ?? {};
    expect(find('ttftMs', 'p50')).toEqual([
      expect.objectContaining({
        runId,
        stageIndex: '1',
        concurrency: '6',
        value: String(ttftMs?.p50),
        unit: 'ms',
        n: '30',
        intervalLow: String(ttftMs?.intervals?.p50.interval?.low),
        intervalLevel: '0.95',
        formula: 'first output event − start',
        basis: 'instants',
      }),
    ]);
    expect(find('completedRequestsPerMinute', '', 'windows.full')).toHaveLength(1);
    expect(find('ok', '', 'counts')[0]).toMatchObject({ value: '30', unit: 'requests' });
    expect(find('costPerThousandRequestsUsd', '', 'cost')[0]?.['value']).not.toBe('');
    expect(find('chunkGapMs', 'p50')[0]).toMatchObject({ value: '', reason: expect.stringMatching(/./) });
    for (const metric of Object.keys(report.stages[0]?.requests ?? {}))
      expect(find(metric, 'p99', 'requests', 'a'), metric).toHaveLength(1);
    expect(named.filter(({ scope }) => scope === 'target').length).toBeGreaterThan(200);
    for (const { metric } of named) expect(metric).not.toMatch(/^(stage|group|level)Ind/);
  });

  test('has no cell that a spreadsheet would run as a formula', async () => {
    const cells = parseCsv((await ask('.csv')).text).flat();
    for (const cell of cells) if (/^[=+\-@\t\r]/.test(cell)) expect(Number(cell)).not.toBeNaN();
  });
});

describe('the report as Markdown', () => {
  test('has the sections of the text report and aligned tables', async () => {
    const answer = await ask('.md');
    expect(answer.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    const lines = answer.text.split('\n');
    expect(lines.filter((line) => line.startsWith('## '))).toEqual(
      expect.arrayContaining([
        '## Latency of successful requests',
        '## Comparison of targets',
        '## Token cost',
        '## Warnings and notes',
        '## Reproduction',
      ]),
    );
    expect(answer.text).toContain(report.run.manifestSha256);
    expect(answer.text).toContain('measurement quality: suspect');
    let width: number | null = null;
    let tables = 0;
    for (const line of lines) {
      if (!line.startsWith('|')) width = null;
      else if (width === null) [width, tables] = [[...line].length, tables + 1];
      else expect([...line].length, line).toBe(width);
    }
    expect(tables).toBeGreaterThan(3);
  });

  test('escapes names of users', async () => {
    const { text } = await ask('.md');
    expect(text.split('\n')[0]).toBe(String.raw`# \=HYPERLINK("https\://evil.example") \| \*bold\* \<script>`);
  });
});

describe("LLMPerf's files of a measured run", () => {
  test('have the LLMPerf names and fields and match the report', async () => {
    const summary = (await ask('/llmperf-summary.json?stageIndex=1')).json;
    const records = (await ask('/llmperf-individual-responses.json?stageIndex=1')).json;
    expect(records).toHaveLength(requests);
    expect(Object.keys(records[0])).toEqual([
      ...['error_code', 'error_msg', 'inter_token_latency_s', 'ttft_s', 'end_to_end_latency_s'],
      ...[
        'request_output_throughput_token_per_s',
        'number_total_tokens',
        'number_output_tokens',
        'number_input_tokens',
      ],
    ]);
    expect(records[3]).toMatchObject({ error_code: 429, error_msg: '=cmd|calc, "q"', ttft_s: null });
    const stage = report.stages[1];
    expect(summary).toMatchObject({
      version: '2023-08-31',
      name: 'org-model-1_550_150_summary',
      model: 'org/model:1',
      mean_input_tokens: 550,
      stddev_input_tokens: 150,
      num_concurrent_requests: 6,
      additional_sampling_params_temperature: 0,
      additional_sampling_params_nested_top_p: 1,
      results_num_requests_started: requests,
      results_number_errors: 10,
      results_error_code_frequency: '{429.0: 10}',
      results_num_completed_requests_per_min: stage?.windows.full.completedRequestsPerMinute.value,
      results_number_output_tokens_min: String(stage?.requests.outputTokens.min),
      framework: 'b',
      commit: 'abc',
      tokenmeter_run: runId,
    });
    expect(summary.results_ttft_s_quantiles_p95).toBeCloseTo((stage?.requests.ttftMs.p95 ?? 0) / 1_000, 12);
    expect(summary.results_inter_token_latency_s_mean).toBeCloseTo((stage?.requests.itlMs.mean ?? 0) / 1_000, 12);
  });

  test('are available as an archive that imports as the same results', async () => {
    const read = async () =>
      new Uint8Array(
        await (
          await bench.app.request(`/v1/runs/${runId}/report/llmperf.zip`, {
            headers: { authorization: `Bearer ${bench.key}` },
          })
        ).arrayBuffer(),
      );
    const archive = await read();
    expect(Buffer.from(await read()).equals(archive)).toBe(true);
    const texts = Object.values(unzipSync(archive)).map((bytes) => Buffer.from(bytes).toString());
    const results = [0, 1].map((stageIndex) => ({
      summary: texts[2 * stageIndex],
      individualResponses: texts[2 * stageIndex + 1],
    }));
    const { json } = await bench.ask('POST', '/v1/imports', { body: { results } });
    const imported = reportSchema.parse((await bench.ask('GET', `/v1/runs/${json.runId}/report`)).json);
    expect(imported.targets.map(({ targetId }) => targetId)).toEqual(['a', 'b']);
    for (const [index, stage] of imported.stages.entries()) {
      expect(stage.requests.ttftMs.p50).toBeCloseTo(report.stages[index]?.requests.ttftMs.p50 ?? 0, 9);
      expect(stage.counts).toMatchObject({ ok: 30, failed: 10 });
      expect(stage.warnings.join()).not.toContain('fit');
    }
  });

  test('require a stage index for a single file of several stages', async () => {
    expect((await ask('/llmperf-summary.json')).json.faults[0].pointer).toBe('?stageIndex');
  });
});
