import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';
import { storeEndedRun } from '../store-ended-run.ts';

let bench: ApiBench;
let runId: string;
beforeAll(async () => {
  bench = await openApiBench({ MAX_STREAMS_PER_WORKER: '3' });
  runId = await storeEndedRun(bench);
});
afterAll(() => bench.close());

describe('the report', () => {
  test('is the stored JSON, byte for byte', async () => {
    const answer = await bench.ask('GET', `/v1/runs/${runId}/report`);
    expect(answer.status).toBe(200);
    expect(answer.text).toBe(await bench.deps.reports.get(runId));
  });

  test('is available as text tables', async () => {
    const answer = await bench.ask('GET', `/v1/runs/${runId}/report.txt`);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(answer.text).toContain('TTFT');
  });

  test('is rejected in an unknown format', async () => {
    expect((await bench.ask('GET', `/v1/runs/${runId}/report`, { headers: { accept: 'image/png' } })).status).toBe(406);
    expect((await bench.ask('GET', `/v1/runs/${runId}/report.pdf`)).status).toBe(404);
    const unknown = await bench.ask('GET', `/v1/runs/${runId}/report?format=pdf`);
    expect(unknown.json.faults[0].pointer).toBe('?format');
  });

  test('is not ready while the run is active', async () => {
    const targets = [{ baseUrl: 'https://api.example.com', model: 'm' }];
    const active = (await bench.ask('POST', '/v1/runs', { body: { targets } })).json;
    const answer = await bench.ask('GET', `${active.links.self}/report`);
    expect(answer.json.code).toBe('REPORT_NOT_READY');
    expect(answer.headers.get('retry-after')).toBe('2');
    expect((await bench.ask('GET', `${active.links.self}/samples.csv`)).status).toBe(409);
  });
});
