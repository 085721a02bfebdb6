import { afterAll, beforeAll, expect, test } from 'vitest';
import { reportSchema } from '../../../../shared/report/model/report.ts';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';

let bench: ApiBench;
beforeAll(async () => {
  bench = await openApiBench();
});
afterAll(() => bench.close());

async function importReport(result: object) {
  const { status, json, text } = await bench.ask('POST', '/v1/imports', { body: { results: [result] } });
  expect(status, text).toBe(201);
  return reportSchema.parse((await bench.ask('GET', `/v1/runs/${json.runId}/report`)).json);
}

const makeRecord = (i: number, change: object = {}) => ({
  prompt_name: `q${i}`,
  error_code: null,
  error_msg: '',
  server_ttft_s: 0.2,
  client_ttft_s: 0.3 + i / 100,
  client_end_to_end_latency_s: 2 + i / 10,
  number_input_tokens: 90,
  number_output_tokens: 40,
  ...change,
});

test('the results of a fork have its latencies, with a warning of whose they are', async () => {
  const records = [0, 1, 2].map((i) => makeRecord(i));
  const report = await importReport({ individualResponses: records });
  const [stage] = report.stages;
  expect(stage?.requests.ttftMs.p50).toBeCloseTo(310, 9);
  expect(stage?.requests.e2eLatencyMs.p50).toBeCloseTo(2_100, 9);
  expect(stage?.warnings.join(' ')).toContain("SambaNova's benchmarking kit: TTFT from client_ttft_s");
  expect(stage?.warnings.join(' ')).toContain('Times that were not read: server_ttft_s.');
  expect(stage?.requests.itlMs.reason).toBe('the imported files do not contain it');
  expect(stage?.requests.tpotMs.reason).toBe('LLMPerf does not record it');
});

test('an error text without a code is a failure, with the status in the text', async () => {
  const records = [
    makeRecord(0),
    makeRecord(1, { error_msg: 'None' }),
    makeRecord(2, { error_msg: 'Error code: 429 - slow down' }),
    makeRecord(3, { error_code: '', error_msg: 'connection reset' }),
  ];
  const { stages } = await importReport({ individualResponses: records });
  expect(stages[0]?.counts).toMatchObject({ ok: 2, failed: 2 });
  expect(stages[0]?.counts.byOutcome).toMatchObject({ rate_limited: 1, unclassified: 1 });
});

test('a summary of a fork has its statistics', async () => {
  const summary = {
    model: 'm',
    num_requests_started: 3,
    num_completed_requests: 3,
    number_errors: 0,
    results_client_ttft_s_mean: 0.31,
    results_client_ttft_s_quantiles_p50: 0.305,
    client_end_to_end_latency_ms: { median: 2_100, max: 2_200 },
  };
  const { stages } = await importReport({ summary });
  expect(stages[0]?.requests.ttftMs).toMatchObject({ mean: 310, p50: 305 });
  expect(stages[0]?.requests.e2eLatencyMs).toMatchObject({ p50: 2_100, max: 2_200 });
  expect(stages[0]?.warnings.join(' ')).toContain("The summary is that of SambaNova's benchmarking kit");
});

test('a summary without a unit needs one, or records that show it, in any order', async () => {
  const summary = { num_requests_started: 3, number_errors: 0, results_ttft_mean: 310, results_ttft_stddev: 10 };
  const refused = await bench.ask('POST', '/v1/imports', { body: { results: [{ summary }] } });
  expect([refused.status, refused.json.faults[0].fault]).toEqual([400, 'does not show the unit of ttft']);
  const stated = await importReport({ summary, timeUnit: 'ms' });
  expect(stated.stages[0]?.requests.ttftMs).toMatchObject({ mean: 310, stddev: 10 });
  const records = [0, 1, 2].map((i) => makeRecord(i));
  const { stages } = await importReport({ summary, individualResponses: records });
  expect(stages[0]?.warnings.join(' ')).toContain('Times of the summary were read as milliseconds.');
});

test('times in milliseconds under a name in seconds have a warning, and the stated unit', async () => {
  const result = { individualResponses: [2_000, 2_100].map((ms) => ({ ttft_s: 300, end_to_end_latency_s: ms })) };
  const { stages } = await importReport(result);
  expect(stages[0]?.warnings.join(' ')).toContain('milliseconds under a name that states seconds');
  const stated = await importReport({ ...result, timeUnit: 'ms' });
  expect(stated.stages[0]?.requests.e2eLatencyMs.p50).toBeCloseTo(2_050, 9);
  expect(stated.stages[0]?.warnings.join(' ')).not.toContain('that states seconds');
});

test('a file without a known time is refused with the reason and the remedy', async () => {
  const records = [{ error_code: null, server_ttft_s: 0.2, server_end_to_end_latency_s: 1 }];
  const { status, json } = await bench.ask('POST', '/v1/imports', {
    body: { results: [{ individualResponses: records }] },
  });
  expect(status).toBe(400);
  expect(json.faults[0].fault).toContain(
    'only in server_ttft_s, server_end_to_end_latency_s, which the server measured',
  );
  expect(json.faults[0].remedy).toContain('Rename the fields to ttft_s');
});

test('times that contradict each other have a warning', async () => {
  const mixed = [1, 2, 3].map((i) => ({ ttft: 200 + i, latency: 2 + i, output_tokens: 10 }));
  const { stages } = await importReport({ individualResponses: mixed });
  expect(stages[0]?.warnings.join()).toContain(
    'The median TTFT of 202 s is above the median latency of 4 s, so the two fields probably have different units',
  );
  const negative = [1, 2].map((i) => makeRecord(i, { client_end_to_end_latency_s: -i }));
  const other = await importReport({ individualResponses: negative });
  expect(other.stages[0]?.warnings.join()).toContain('Some latencies are below 0');
});
