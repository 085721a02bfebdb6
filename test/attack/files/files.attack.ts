import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiBench, openApiBench } from '../../support/service/api-bench.ts';
import { recordCases } from '../record-cases.ts';
import { hostileDatasets, hostileImports } from './hostile-files.ts';

let bench: ApiBench;
beforeAll(async () => {
  bench = await openApiBench({ MAX_BODY_BYTES: '4194304' }, {}, 'embedded');
});
afterAll(() => bench.close());

/** Longest time in ms that the API may work on one file. */
const maxMs = 10_000;

async function upload(path: string, raw: string, type: string) {
  const startMs = performance.now();
  const answer = await bench.ask('POST', path, { raw, headers: { 'content-type': type } });
  return { answer, elapsedMs: performance.now() - startMs };
}

describe('Hostile files', () => {
  test.for(hostileDatasets)('dataset: $name', async ({ type, text }, context) => {
    const { answer, elapsedMs } = await upload('/v1/datasets', text, type);
    recordCases(context, 1, `${answer.status} after ${elapsedMs.toFixed(0)} ms`);
    expect(answer.status).toBeLessThan(500);
    expect(answer.text.length).toBeLessThan(100_000);
    expect(elapsedMs).toBeLessThan(maxMs);
    if (answer.status < 300) await bench.ask('DELETE', `/v1/datasets/${answer.json.datasetId}`);
  });

  test.for(hostileImports)('import: $name', async ({ body }, context) => {
    const { answer, elapsedMs } = await upload('/v1/imports', body, 'application/json');
    recordCases(context, 1, `${answer.status} after ${elapsedMs.toFixed(0)} ms`);
    expect(answer.status).toBeLessThan(500);
    expect(answer.text.length).toBeLessThan(100_000);
    expect(elapsedMs).toBeLessThan(maxMs);
  });

  test('markup in an imported file stays text in the report page', async () => {
    const { runId } = await importMarkup();
    const { text } = await bench.ask('GET', `/v1/runs/${runId}/report.html`);
    expect(text).not.toContain('<img src=x');
  });
});

async function importMarkup() {
  const summary = {
    version: '2023-08-31',
    model: '<img src=x onerror=alert(1)>',
    num_concurrent_requests: 5,
    results_num_requests_started: 3,
    results_num_completed_requests: 2,
    results_number_errors: 1,
    results_error_code_frequency: '{"<script>alert(1)</script>": 1}',
  };
  const answer = await bench.ask('POST', '/v1/imports', { body: { results: [{ summary }] } });
  expect(answer.status, answer.text).toBe(201);
  return answer.json;
}
