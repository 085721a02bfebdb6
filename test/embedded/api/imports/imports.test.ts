import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { expectRelative } from '../../../support/expect-relative.ts';
import { llmperfSeries } from '../../../support/factories/llmperf-series.ts';
import { readLlmperfSets } from '../../../support/factories/llmperf-sets.ts';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';
import { importResults, makeRecord, makeSummary, readImport } from './import-llmperf.ts';

let bench: ApiBench;
beforeAll(async () => {
  bench = await openApiBench();
});
afterAll(() => bench.close());

const sets = readLlmperfSets();
const statistics = ['p25', 'p50', 'p75', 'p90', 'p95', 'p99', 'mean', 'min', 'max', 'stddev'] as const;

// Skipped without the published files.
describe.skipIf(sets.length === 0)("LLMPerf's published results", () => {
  test('are imported together, and every statistic equals the LLMPerf value to 1e-12', async () => {
    const results = sets.map(({ name, summary, individualResponses }) => ({
      targetId: name,
      summary: JSON.parse(summary),
      individualResponses,
    }));
    const report = await importResults(bench, results);
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
      importResults(bench, [{ summary: set.summary, individualResponses: set.individualResponses }]),
      importResults(bench, [{ summary: set.summary }]),
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

describe('an import', () => {
  test('is a completed run with the source imported', async () => {
    const { json } = await bench.ask('POST', '/v1/imports', {
      body: {
        name: 'old',
        results: [
          {
            summary: makeSummary(),
            individualResponses: [makeRecord(), makeRecord(), makeRecord({ error_code: 429 })],
          },
        ],
      },
    });
    expect(json).toMatchObject({ status: 'completed', source: 'import', spec: null, trust: 'suspect', name: 'old' });
    const report = await readImport(bench, json.runId);
    expect(report.run).toMatchObject({ source: 'imported', seed: null, workload: null, load: null, limits: null });
    expect(report.targets[0]).toMatchObject({ targetId: 'llama-2-7b-chat-hf', protocol: null, baseUrl: null });
    expect(report.stages[0]?.load.concurrency).toBe(5);
    expect(report.trust.reasons[0]).toContain('LLMPerf does not record it');
    expect(report.stages[0]?.requests.tpotMs).toMatchObject({ n: 0, reason: 'LLMPerf does not record it' });
    expect(report.metrics['itlMs']?.formula).toContain('inter_token_latency_s');
    const samples = await bench.ask('GET', `/v1/runs/${json.runId}/samples.ndjson`);
    const first = JSON.parse(samples.text.split('\n')[0] ?? '');
    expect(first).toMatchObject({ startMs: null, endMs: null, originWallMs: null, recorded: makeRecord() });
    expect((await bench.ask('GET', `/v1/runs/${json.runId}/report.txt`)).text).toContain('imported');
    expect((await bench.ask('GET', `/v1/runs/${json.runId}/manifest`)).status).toBe(409);
    expect((await bench.ask('POST', `/v1/runs/${json.runId}/rerun`, { body: {} })).status).toBe(409);
    expect((await bench.ask('DELETE', `/v1/runs/${json.runId}`)).status).toBe(204);
  });

  test('keeps the outcome of each failure, also for codes that are not HTTP statuses', async () => {
    const codes = [429, 404, 503, -1, -100, '429', 'rate_limit_exceeded', 429.0, Number.NaN];
    const responses = JSON.stringify(
      codes.map((code) => makeRecord({ error_code: code, error_msg: Number.isNaN(code) ? '' : 'm' })),
    );
    const report = await importResults(bench, [{ texts: [responses.replaceAll('null', 'NaN')] }]);
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
        texts: [
          '[{"ttft_s": 0.5, "inter_token_latency_s": NaN, "end_to_end_latency_s": -Infinity, "error_msg": "NaN"}]',
        ],
      },
    ],
    ['a byte order mark', { texts: [`\uFEFF${JSON.stringify([makeRecord()])}`] }],
    ['missing and further fields', { individualResponses: [{ ttft_s: 0.5, GEN_TEXT: 'text', request_id: 7 }] }],
    ['numbers as text', { individualResponses: [makeRecord({ ttft_s: '0.5' })] }],
  ])('takes %s', async (_, result) => {
    const report = await importResults(bench, [result]);
    expect(report.stages[0]?.counts.ok).toBe(1);
    expect(report.stages[0]?.requests.ttftMs.n).toBe(1);
  });

  test('accepts a summary with nested results, and a summary without its own records', async () => {
    const nested = {
      model: 'm',
      results: { ttft_s: { quantiles: { p50: 0.25 }, mean: 0.5 }, num_completed_requests: 4, number_errors: 0 },
    };
    const report = await importResults(bench, [{ summary: nested, individualResponses: [] }]);
    expect(report.stages[0]?.counts.ok).toBe(4);
    expect(report.stages[0]?.requests.ttftMs).toMatchObject({ n: 4, p50: 250, mean: 500, p99: null });
  });

  test('of one request has no standard deviation, which LLMPerf writes as NaN', async () => {
    const text = `{"model": "m", "results_num_requests_started": 1, "results_number_errors": 0, "results_ttft_s_mean": 0.3, "results_ttft_s_stddev": NaN}`;
    const report = await importResults(bench, [{ texts: [text], individualResponses: [makeRecord()] }]);
    expect(report.stages[0]?.requests.ttftMs).toMatchObject({ n: 1, mean: 300, stddev: null });
    expect(report.trust.reasons).toHaveLength(1);
  });

  test('reports a mismatch of summary and responses', async () => {
    const report = await importResults(bench, [
      { summary: makeSummary({ results_ttft_s_mean: 9 }), individualResponses: [makeRecord()] },
    ]);
    expect(report.trust.reasons.join()).toContain(
      'the summary does not match the individual responses: ttft_s mean is 9',
    );
  });

  test('groups pairs of a target as stages, and never compares their prompts as equal', async () => {
    const responses = (ttft: number) => Array.from({ length: 12 }, (_, i) => makeRecord({ ttft_s: ttft + i / 100 }));
    const report = await importResults(bench, [
      { targetId: 'a', summary: makeSummary({ num_concurrent_requests: 5 }), individualResponses: responses(0.3) },
      { targetId: 'a', summary: makeSummary({ num_concurrent_requests: 10 }), individualResponses: responses(0.4) },
      { summary: makeSummary({ framework: 'Any Scale', model_size: '7b' }), individualResponses: responses(0.5) },
      { summary: makeSummary({ model: 'x/other:f4e2' }), individualResponses: responses(0.6) },
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
      body: { results: [{ individualResponses: [makeRecord()] }] },
      headers: { 'idempotency-key': 'import-1' },
    };
    const [first, again] = [
      await bench.ask('POST', '/v1/imports', options),
      await bench.ask('POST', '/v1/imports', options),
    ];
    expect(again.text).toBe(first.text);
  });

  test('with more text than an item can hold is stored in several blocks', async () => {
    const individualResponses = Array.from({ length: 40 }, (_, i) => makeRecord({ GEN_TEXT: `${i}`.repeat(20_000) }));
    const { json } = await bench.ask('POST', '/v1/imports', { body: { results: [{ individualResponses }] } });
    const [batch] = await bench.deps.batches.list(json.runId);
    expect(Object.values(batch?.blocks ?? {})[0]).toBeGreaterThan(5);
    const lines = (await bench.ask('GET', `/v1/runs/${json.runId}/samples.ndjson?limit=100`)).text.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).recorded)).toEqual(individualResponses);
  });
});
