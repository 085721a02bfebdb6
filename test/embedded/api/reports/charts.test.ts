import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chartNames } from '../../../../shared/report/sections/charts/charts.ts';
import { makeOk } from '../../../support/factories/sample-factory.ts';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';
import { finishRun } from '../../../support/service/finish-run.ts';

let bench: ApiBench;
let runId: string;

beforeAll(async () => {
  bench = await openApiBench();
  const body = {
    name: 'a & <b>',
    targets: ['a', 'b'].map((id) => ({ id, baseUrl: 'https://api.example.com/v1', model: 'm' })),
    load: { mode: 'concurrency', stages: [{ concurrency: 2, requests: 20 }], warmupRequests: 0 },
    seed: 1,
  };
  runId = await finishRun(bench, body, (_, index) =>
    makeOk({ startMs: index * 100, ttftMs: 300 + index, e2eMs: 2_000 + 10 * index }, { requestIndex: index }),
  );
});
afterAll(() => bench.close());

const chart = (name: string, headers: Record<string, string> = {}) =>
  bench.ask('GET', `/v1/runs/${runId}/charts/${name}`, { headers });

describe('a chart', () => {
  test('is an SVG with stable bytes that loads no resources', async () => {
    const [first, second] = [await chart('ttft.svg'), await chart('ttft.svg')];
    expect(first.status).toBe(200);
    expect(first.headers.get('content-type')).toBe('image/svg+xml; charset=utf-8');
    expect(first.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(first.text).toMatch(/^<svg /);
    expect(second.text).toBe(first.text);
  });

  test('is not sent again to a client with the same ETag', async () => {
    const first = await chart('end-to-end.svg');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toBe(`"${createHash('sha256').update(first.text).digest('hex')}"`);
    expect(first.headers.get('cache-control')).toBe('private, max-age=300');
    const again = await chart('end-to-end.svg', { 'if-none-match': etag });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
    expect(again.headers.get('x-request-id')).toMatch(/^req_/);
    expect((await chart('end-to-end.svg', { 'if-none-match': '"other"' })).status).toBe(200);
  });

  test('is available only in the themes light and dark', async () => {
    const [light, dark] = [await chart('itl.svg'), await chart('itl.svg?theme=dark')];
    expect(light.text).toContain('#ffffff');
    expect(dark.text).not.toContain('#ffffff');
    expect((await chart('itl.svg?theme=blue')).json.faults[0].pointer).toBe('?theme');
  });

  test('with an unknown name returns 404 with the available charts', async () => {
    const answer = await chart('ttfb.svg');
    expect(answer.json).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    for (const name of chartNames) expect(answer.json.detail).toContain(`${name}.svg`);
    expect((await chart('ttft')).status).toBe(404);
  });

  test('that is not available for the report has a reason', async () => {
    const answer = await chart('cost.svg');
    expect(answer.json).toMatchObject({
      status: 404,
      detail: 'This report has no chart cost.svg: the target has no pricing',
    });
  });

  test('is visible only to its tenant, after the run is finished', async () => {
    const foreign = await bench.ask('GET', `/v1/runs/${runId}/charts/ttft.svg`, { key: await bench.foreignKey() });
    expect(foreign.status).toBe(404);
    const targets = [{ baseUrl: 'https://api.example.com', model: 'm' }];
    const active = (await bench.ask('POST', '/v1/runs', { body: { targets } })).json;
    expect((await bench.ask('GET', `${active.links.self}/charts/ttft.svg`)).json.code).toBe('REPORT_NOT_READY');
  });
});

describe('the report as a page', () => {
  test('is available with its policy and manifest', async () => {
    const { text, headers } = await bench.ask('GET', `/v1/runs/${runId}/report.html`);
    expect(headers.get('content-type')).toMatch(/^text\/html/);
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'unsafe-inline'; img-src data:.*frame-ancestors 'none'$/,
    );
    expect(text).toContain('<h1>a &amp; &lt;b&gt;</h1>');
    const manifest = (await bench.ask('GET', `/v1/runs/${runId}/manifest`)).text;
    expect(text).toContain(
      manifest.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    );
  });
});
