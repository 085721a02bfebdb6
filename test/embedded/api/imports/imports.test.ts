import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { reportSchema } from '../../../../shared/report/model/report.ts';
import { expectRelative } from '../../../support/expect-relative.ts';
import { llmperfRecord } from '../../../support/factories/llmperf-record.ts';
import { llmperfSeries } from '../../../support/factories/llmperf-series.ts';
import { readLlmperfSets } from '../../../support/factories/llmperf-sets.ts';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';

let bench: ApiBench;
beforeAll(async () => {
  bench = await openApiBench();
});
afterAll(() => bench.close());

const sets = readLlmperfSets();
const statistics = ['p25', 'p50', 'p75', 'p90', 'p95', 'p99', 'mean', 'min', 'max', 'stddev'] as const;

const record = (changes: Record<string, unknown> = {}) => ({ ...llmperfRecord, ...changes });
const summary = (changes: Record<string, unknown> = {}) => ({
  version: '2023-08-31',
  model: 'meta-llama/Llama-2-7b-chat-hf',
  num_concurrent_requests: 5,
  results_num_requests_started: 3,
  results_num_completed_requests: 2,
  results_number_errors: 1,
  results_error_code_frequency: '{429.0: 1}',
  ...changes,
});

async function importResults(results: unknown[]) {
  const answer = await bench.ask('POST', '/v1/imports', { body: { results } });
  expect(answer.status, answer.text).toBe(201);
  return reportOf(answer.json.runId);
}
async function reportOf(runId: string) {
  return reportSchema.parse((await bench.ask('GET', `/v1/runs/${runId}/report`)).json);
}
async function refused(body: unknown) {
  const answer = await bench.ask('POST', '/v1/imports', { body });
  expect(answer.status).toBe(400);
  return answer.json.faults[0];
}
async function importForm(files: [field: string, name: string, text: string][]) {
  const form = new FormData();
  for (const [field, name, text] of files) form.append(field, new Blob([text]), name);
  const whole = new Response(form);
  const headers = { 'content-type': whole.headers.get('content-type') ?? '' };
  return bench.ask('POST', '/v1/imports', { raw: new Uint8Array(await whole.arrayBuffer()), headers });
}

// Skipped without the published files.
describe.skipIf(sets.length === 0)("LLMPerf's published results", () => {
  test('are imported together, and every statistic equals the LLMPerf value to 1e-12', async () => {
    const results = sets.map(({ name, summary, individualResponses }) => ({
      targetId: name,
      summary: JSON.parse(summary),
      individualResponses,
    }));
    const report = await importResults(results);
    let compared = 0;
    for (const [stageIndex, set] of sets.entries()) {
      const theirs = z.record(z.string(), z.json()).parse(JSON.parse(set.summary));
      const ours = report.stages[stageIndex];
      if (ours === undefined) throw new Error(`Stage ${stageIndex} is missing`);
      for (const [name, [metric, scale]] of Object.entries(llmperfSeries))
        for (const statistic of statistics) {
          const field = `results_${name}_${/^p\d/.test(statistic) ? 'quantiles_' : ''}${statistic}`;
          const value = ours.requests[metric][statistic];
          expectRelative((value ?? Number.NaN) / scale, Number(theirs[field]), 1e-12, `${set.name} ${field}`);
          compared += 1;
        }
      expect(ours.counts).toMatchObject({
        issued: theirs['results_num_requests_started'],
        failed: theirs['results_number_errors'],
        ok: theirs['results_num_completed_requests'],
      });
      expect(ours.errorRate.value).toBe(theirs['results_error_rate']);
      expect(ours.windows.full.completedRequestsPerMinute.value).toBe(theirs['results_num_completed_requests_per_min']);
      expect(ours.windows.full.outputTokensPerSecondTotal.value).toBe(
        theirs['results_mean_output_throughput_token_per_s'],
      );
    }
    expect(compared).toBe(sets.length * 60);
    expect(report.trust.reasons).toHaveLength(
      sets.length + report.stages.filter(({ counts }) => counts.failed > counts.issued / 2).length,
    );
  });

  test.each(sets)('yield the same statistics without intervals from the summary of $name alone', async (set) => {
    const [both, alone] = await Promise.all([
      importResults([{ summary: set.summary, individualResponses: set.individualResponses }]),
      importResults([{ summary: set.summary }]),
    ]);
    const [ofBoth, ofAlone] = [both.stages[0], alone.stages[0]];
    expect(ofAlone?.counts).toEqual(ofBoth?.counts);
    for (const [metric] of Object.values(llmperfSeries))
      for (const statistic of statistics)
        expectRelative(
          ofAlone?.requests[metric][statistic] ?? Number.NaN,
          ofBoth?.requests[metric][statistic] ?? Number.NaN,
          1e-12,
          `${metric} ${statistic}`,
        );
    expect(ofAlone?.requests.ttftMs.intervals).toBeNull();
  });
});

describe('the export of an import', () => {
  const given = (runId: string, format: string) => bench.ask('GET', `/v1/runs/${runId}/report?format=${format}`);
  // JSON does not allow NaN, so it returns as null.
  const plain = (text: string) => JSON.parse(text.replaceAll(/\bNaN\b/g, 'null'));

  // Skipped without the published files.
  test.skipIf(sets.length === 0).each(sets)('field by field and value by value: $name', async (set) => {
    const { summary, individualResponses } = set;
    const { json } = await bench.ask('POST', '/v1/imports', { body: { results: [{ summary, individualResponses }] } });
    const ofSummary = await given(json.runId, 'llmperf-summary');
    expect(ofSummary.json).toEqual(plain(summary));
    expect(Object.keys(ofSummary.json)).toEqual(Object.keys(plain(summary)));
    expect(ofSummary.headers.get('content-disposition')).toContain(`"${plain(summary).name}.json"`);
    const ofResponses = await given(json.runId, 'llmperf-individual');
    expect(ofResponses.json).toEqual(plain(individualResponses));
    expect(ofResponses.json.map(Object.keys)).toEqual(plain(individualResponses).map(Object.keys));
  });

  // Skipped without the published files.
  test.skipIf(sets.length === 0).each(sets)(
    'of $name, a summary built from the responses alone equals the LLMPerf summary',
    async ({ summary, individualResponses }) => {
      const { json } = await bench.ask('POST', '/v1/imports', { body: { results: [{ individualResponses }] } });
      const made = (await given(json.runId, 'llmperf-summary')).json;
      const theirs = plain(summary);
      // The responses do not contain values of the whole run.
      const known = Object.keys(theirs).filter(
        (name) => name.startsWith('results_') && !/per_min$|^results_mean_output_throughput/.test(name),
      );
      expect(known.length).toBe(65);
      for (const name of known)
        if (typeof theirs[name] === 'number') expectRelative(made[name], theirs[name], 1e-12, name);
        else expect(made[name], name).toBe(theirs[name]);
    },
  );

  test('with several stages is an archive that imports as the same run', async () => {
    const results = [5, 10].map((concurrency) => ({
      summary: summary({ num_concurrent_requests: concurrency, name: 'm_550_150_summary' }),
      individualResponses: [record(), record({ ttft_s: 0.1 * concurrency }), record({ error_code: 429 })],
    }));
    const { json } = await bench.ask('POST', '/v1/imports', { body: { results } });
    const archive = await bench.app.request(`/v1/runs/${json.runId}/report?format=llmperf`, {
      headers: { authorization: `Bearer ${bench.key}` },
    });
    const files = unzipSync(new Uint8Array(await archive.arrayBuffer()));
    expect(Object.keys(files)).toEqual([
      'stage-00/m_550_150_summary.json',
      'stage-00/m_550_150_individual_responses.json',
      'stage-01/m_550_150_summary.json',
      'stage-01/m_550_150_individual_responses.json',
    ]);
    const texts = Object.values(files).map((bytes) => Buffer.from(bytes).toString());
    expect(texts.map(plain)).toEqual(results.flatMap(({ summary: s, individualResponses: r }) => [s, r]));
    const one = await given(json.runId, 'llmperf-summary&stageIndex=1');
    expect(one.json.num_concurrent_requests).toBe(10);
    const fault = (await given(json.runId, 'llmperf-summary')).json.faults[0];
    expect(fault).toMatchObject({ pointer: '?stageIndex', fault: expect.stringContaining('2 stages') });
    expect((await given(json.runId, 'llmperf-summary&stageIndex=2')).json.faults[0].fault).toContain(
      'is not the index of one of',
    );
  });

  test('of a summary alone has no individual responses', async () => {
    const { json } = await bench.ask('POST', '/v1/imports', { body: { results: [{ summary: summary() }] } });
    expect((await given(json.runId, 'llmperf-individual')).status).toBe(404);
  });
});

describe('an import', () => {
  test('is a completed run with the source imported', async () => {
    const { json } = await bench.ask('POST', '/v1/imports', {
      body: {
        name: 'old',
        results: [{ summary: summary(), individualResponses: [record(), record(), record({ error_code: 429 })] }],
      },
    });
    expect(json).toMatchObject({ status: 'completed', source: 'imported', spec: null, trust: 'suspect', name: 'old' });
    const report = await reportOf(json.runId);
    expect(report.run).toMatchObject({ source: 'imported', seed: null, workload: null, load: null, limits: null });
    expect(report.targets[0]).toMatchObject({ targetId: 'llama-2-7b-chat-hf', protocol: null, baseUrl: null });
    expect(report.stages[0]?.load.concurrency).toBe(5);
    expect(report.trust.reasons[0]).toContain('LLMPerf does not record it');
    expect(report.stages[0]?.requests.tpotMs).toMatchObject({ n: 0, reason: 'LLMPerf does not record it' });
    expect(report.metrics['itlMs']?.formula).toContain('inter_token_latency_s');
    const samples = await bench.ask('GET', `/v1/runs/${json.runId}/samples`);
    const first = JSON.parse(samples.text.split('\n')[0] ?? '');
    expect(first).toMatchObject({ startMs: null, endMs: null, originWallMs: null, recorded: record() });
    expect((await bench.ask('GET', `/v1/runs/${json.runId}/report?format=text`)).text).toContain('imported');
    expect((await bench.ask('GET', `/v1/runs/${json.runId}/manifest`)).status).toBe(409);
    expect((await bench.ask('POST', `/v1/runs/${json.runId}/rerun`, { body: {} })).status).toBe(409);
    expect((await bench.ask('DELETE', `/v1/runs/${json.runId}`)).status).toBe(204);
  });

  test('keeps the outcome of each failure, also for codes that are not HTTP statuses', async () => {
    const codes = [429, 404, 503, -1, -100, '429', 'rate_limit_exceeded', 429.0, Number.NaN];
    const responses = JSON.stringify(codes.map((code) => record({ error_code: code, error_msg: 'm' })));
    const report = await importResults([{ individualResponses: responses.replaceAll('null', 'NaN') }]);
    expect(report.stages[0]?.counts.byOutcome).toMatchObject({
      ok: 1,
      rate_limited: 3,
      http_4xx: 1,
      http_5xx: 1,
      unclassified: 3,
    });
  });

  test.each([
    [
      'NaN and Infinity for numbers',
      {
        individualResponses:
          '[{"ttft_s": 0.5, "inter_token_latency_s": NaN, "end_to_end_latency_s": -Infinity, "error_msg": "NaN"}]',
      },
    ],
    ['a byte order mark', { individualResponses: `\uFEFF${JSON.stringify([record()])}` }],
    ['missing and further fields', { individualResponses: [{ ttft_s: 0.5, GEN_TEXT: 'text', request_id: 7 }] }],
    ['numbers as text', { individualResponses: [record({ ttft_s: '0.5' })] }],
  ])('takes %s', async (_, result) => {
    const report = await importResults([result]);
    expect(report.stages[0]?.counts.ok).toBe(1);
    expect(report.stages[0]?.requests.ttftMs.n).toBe(1);
  });

  test('accepts a summary with nested results, and a summary without its own records', async () => {
    const nested = {
      model: 'm',
      results: { ttft_s: { quantiles: { p50: 0.25 }, mean: 0.5 }, num_completed_requests: 4, number_errors: 0 },
    };
    const report = await importResults([{ summary: nested, individualResponses: [] }]);
    expect(report.stages[0]?.counts.ok).toBe(4);
    expect(report.stages[0]?.requests.ttftMs).toMatchObject({ n: 4, p50: 250, mean: 500, p99: null });
  });

  test('of one request has no standard deviation, which LLMPerf writes as NaN', async () => {
    const text = `{"model": "m", "results_num_requests_started": 1, "results_number_errors": 0, "results_ttft_s_mean": 0.3, "results_ttft_s_stddev": NaN}`;
    const report = await importResults([{ summary: text, individualResponses: [record()] }]);
    expect(report.stages[0]?.requests.ttftMs).toMatchObject({ n: 1, mean: 300, stddev: null });
    expect(report.trust.reasons).toHaveLength(1);
  });

  test('reports a mismatch of summary and responses', async () => {
    const report = await importResults([
      { summary: summary({ results_ttft_s_mean: 9 }), individualResponses: [record()] },
    ]);
    expect(report.trust.reasons.join()).toContain(
      'the summary does not match the individual responses: ttft_s mean is 9',
    );
  });

  test('groups pairs of a target as stages, and never compares their prompts as equal', async () => {
    const responses = (ttft: number) => Array.from({ length: 12 }, (_, i) => record({ ttft_s: ttft + i / 100 }));
    const report = await importResults([
      { targetId: 'a', summary: summary({ num_concurrent_requests: 5 }), individualResponses: responses(0.3) },
      { targetId: 'a', summary: summary({ num_concurrent_requests: 10 }), individualResponses: responses(0.4) },
      { summary: summary({ framework: 'Any Scale', model_size: '7b' }), individualResponses: responses(0.5) },
      { summary: summary({ model: 'x/other:f4e2' }), individualResponses: responses(0.6) },
    ]);
    expect(report.targets.map(({ targetId, stageIndices: stages }) => [targetId, stages])).toEqual([
      ['a', [0, 1]],
      ['any-scale-7b', [2]],
      ['other', [3]],
    ]);
    const compared = report.comparisons[0]?.metrics.find(({ metric }) => metric === 'ttftMs');
    expect(compared?.ratio).toBeCloseTo(0.555 / 0.355, 10);
    expect(compared?.inference?.paired).toBe(false);
  });

  test('is created once per idempotency key', async () => {
    const options = {
      body: { results: [{ individualResponses: [record()] }] },
      headers: { 'idempotency-key': 'import-1' },
    };
    const [first, again] = [
      await bench.ask('POST', '/v1/imports', options),
      await bench.ask('POST', '/v1/imports', options),
    ];
    expect(again.text).toBe(first.text);
  });

  test('with more text than an item can hold is stored in several blocks', async () => {
    const individualResponses = Array.from({ length: 40 }, (_, i) => record({ GEN_TEXT: `${i}`.repeat(20_000) }));
    const { json } = await bench.ask('POST', '/v1/imports', { body: { results: [{ individualResponses }] } });
    const [batch] = await bench.deps.batches.list(json.runId);
    expect(Object.values(batch?.blocks ?? {})[0]).toBeGreaterThan(5);
    const lines = (await bench.ask('GET', `/v1/runs/${json.runId}/samples?limit=100`)).text.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).recorded)).toEqual(individualResponses);
  });
});

describe('a form', () => {
  test('pairs files by name and detects their types from their content', async () => {
    const answer = await importForm([
      ['files', 'out/b_550_150_individual_responses.json', JSON.stringify([record({ ttft_s: 2 })])],
      ['files', 'a_550_150_summary.json', JSON.stringify(summary({ model: 'a' }))],
      ['files', 'a_550_150_individual_responses.json', JSON.stringify([record(), record(), record({ error_code: 1 })])],
      ['files', 'b_550_150_summary.json', JSON.stringify(summary({ model: 'b', results_num_requests_started: 1 }))],
    ]);
    expect(answer.status, answer.text).toBe(201);
    const report = await reportOf(answer.json.runId);
    expect(report.stages.map(({ targetId, counts }) => [targetId, counts.ok])).toEqual([
      ['b', 1],
      ['a', 2],
    ]);
  });

  test('with two files is a pair under any names, and its field can name the target', async () => {
    const answer = await importForm([
      ['anyscale', 's.json', JSON.stringify(summary())],
      ['anyscale', 'i.json', JSON.stringify([record(), record(), record({ error_code: 429 })])],
    ]);
    expect((await reportOf(answer.json.runId)).targets.map(({ targetId }) => targetId)).toEqual(['anyscale']);
  });

  test.each<[string, [string, string, string][], string]>([
    [
      'two summaries of one name',
      [
        ['files', 'x.json', '{"results_a": 1}'],
        ['files', 'x.json', '{"results_a": 1}'],
      ],
      'is a second summary for the same load test',
    ],
    ['a file that is not JSON', [['files', 'x.json', '{"results_a": 1']], 'is not JSON'],
    ['a field name that is not a target id', [['A b', 'x.json', '{"results_a": 1}']], 'is not a valid target id'],
    ['no file', [], 'does not contain a file'],
  ])('with %s is rejected', async (_, files, fault) => {
    const answer = await importForm(files);
    expect(answer.status).toBe(400);
    expect(answer.json.faults.map((each: { fault: string }) => each.fault)).toContain(fault);
  });

  test('that is malformed is rejected', async () => {
    const answer = await bench.ask('POST', '/v1/imports', {
      raw: 'x',
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
    });
    expect(answer.json).toMatchObject({ status: 400, code: 'INVALID_BODY' });
  });
});

describe('a file that LLMPerf did not write is rejected with a pointer:', () => {
  test.each<[string, unknown, string, RegExp]>([
    ['any object', { summary: { a: 1 } }, '/results/0/summary', /no field name starts with results_/],
    ['a correctness summary', { summary: { results_num_mismatched: 1 } }, '/results/0/summary', /llm_correctness/],
    ['a v1 summary without counts', { summary: { mean_ttft: 500 } }, '/results/0', /does not contain any requests/],
    [
      'a summary that counts too many requests',
      { summary: { results_num_requests_started: 1e9 } },
      '/results/0',
      /is sent without the individual responses/,
    ],
    ['a list of numbers', { individualResponses: '[1]' }, '/results/0/individualResponses/0', /not an object/],
    [
      'records of something else',
      { individualResponses: [{ a: 1 }] },
      '/results/0/individualResponses',
      /contains no LLMPerf records/,
    ],
    ['text that is not JSON', { individualResponses: '[{' }, '/results/0/individualResponses', /is not JSON/],
    ['nothing', {}, '/results/0', /does not contain any requests/],
    ['no requests', { individualResponses: [] }, '/results/0', /does not contain any requests/],
    ['an unknown field', { sumary: {} }, '/results/0/sumary', /is not a known field/],
  ])('%s', async (_, result, pointer, fault) => {
    expect(await refused({ results: [result] })).toMatchObject({ pointer, fault: expect.stringMatching(fault) });
  });
});
