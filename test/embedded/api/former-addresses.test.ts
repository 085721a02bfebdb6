import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiBench, openApiBench } from '../../support/service/api-bench.ts';
import { makeRecord, makeSummary } from './imports/import-llmperf.ts';

let bench: ApiBench;
let runId: string;
beforeAll(async () => {
  bench = await openApiBench();
  const body = { results: [{ summary: makeSummary() }] };
  ({ runId } = (await bench.ask('POST', '/v1/imports', { body })).json);
});
afterAll(() => bench.close());

/** Sends a request without checking the response against the contract, which does not contain former addresses. */
const get = (path: string, accept = '*/*') =>
  bench.app.request(path, { headers: { authorization: `Bearer ${bench.key}`, accept } });

describe('former addresses', () => {
  test.each([
    ['report?format=csv', '*/*', 'report.csv'],
    ['report?format=json', 'text/html', 'report'],
    ['report?format=llmperf-summary&stageIndex=0', '*/*', 'report/llmperf-summary.json?stageIndex=0'],
    ['report', 'text/html;q=0.9, text/plain, application/json;q=0.5', 'report.txt'],
    ['report', 'application/problem+json', 'report'],
    ['samples', '*/*', 'samples.ndjson'],
    ['samples?limit=1', '*/*', 'samples.ndjson?limit=1'],
    ['samples?format=csv', '*/*', 'samples.csv'],
    ['samples', 'application/json', 'samples.json'],
  ])('%s with Accept: %s returns what %s returns', async (former, accept, current) => {
    const response = await get(`/v1/runs/${runId}/${former}`, accept);
    const expected = await get(`/v1/runs/${runId}/${current}`);
    expect([response.status, expected.status]).toEqual([200, 200]);
    expect(response.headers.get('content-type')).toBe(expected.headers.get('content-type'));
    expect(await response.text()).toBe(await expected.text());
  });

  test('a comparison selects its format with a query parameter', async () => {
    const other = (await bench.ask('POST', '/v1/imports', { body: { results: [{ summary: makeSummary() }] } })).json;
    const runs = `${runId},${other.runId}`;
    const response = await get(`/v1/compare?runs=${runs}&format=md`);
    expect(await response.text()).toBe(await (await get(`/v1/compare.md?runs=${runs}`)).text());
  });

  test('an unknown format is rejected', async () => {
    for (const path of ['report', 'samples'])
      expect((await get(`/v1/runs/${runId}/${path}?format=pdf`)).status, path).toBe(400);
  });

  test.each([
    ['texts of files', { summary: JSON.stringify(makeSummary()), individualResponses: JSON.stringify([makeRecord()]) }],
    ['a table of LLMPerf v1', { individualResponses: { ttft: { 0: 1 }, total_time: { 0: 2 }, tokens_out: { 0: 3 } } }],
  ])('%s are imported from the fields of objects', async (_, result) => {
    const { json } = await bench.ask('POST', '/v1/imports', { body: { results: [result] } });
    const { json: report } = await bench.ask('GET', `/v1/runs/${json.runId}/report`);
    expect(report.stages[0].counts.ok).toBe(1);
  });

  test('a form is imported', async () => {
    const form = new FormData();
    form.append('files', new Blob([JSON.stringify(makeSummary())]), 'a_summary.json');
    const headers = { authorization: `Bearer ${bench.key}`, 'idempotency-key': 'form' };
    const send = () => bench.app.request('/v1/imports', { method: 'POST', headers, body: form });
    expect((await send()).status).toBe(201);
  });
});
