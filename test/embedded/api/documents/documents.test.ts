import { readFileSync } from 'node:fs';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { endpoints } from '../../../../functions/api/endpoints.ts';
import { renderInline } from '../../../../infra/openapi/page/render-schema.ts';
import { errorCodes } from '../../../../shared/errors/app-error.ts';
import { loadSchema } from '../../../../shared/load/load.ts';
import { escapeHtml } from '../../../../shared/report/words/format-text.ts';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';

let bench: ApiBench;
beforeAll(async () => {
  bench = await openApiBench();
});
afterAll(() => bench.close());

describe('the OpenAPI document and its page', () => {
  test('the committed openapi.yaml is served unchanged', async () => {
    const answer = await bench.ask('GET', '/openapi.yaml', { key: null });
    expect(answer.text).toBe(readFileSync(new URL('../../../../openapi.yaml', import.meta.url), 'utf8'));
  });

  test('the document is also served as JSON and as OpenAPI 3.0.3', async () => {
    const yaml = (await bench.ask('GET', '/openapi.yaml', { key: null })).text;
    expect((await bench.ask('GET', '/openapi.json', { key: null })).json).toEqual(parse(yaml));
    expect((await bench.ask('GET', '/openapi-3.0.json', { key: null })).json.openapi).toBe('3.0.3');
  });

  test.each(['/openapi.yaml', '/openapi.json', '/openapi-3.0.json', '/docs'])(
    '%s is compressed on request and has an entity tag, with which it is not sent again',
    async (path) => {
      const ask = (headers: Record<string, string>) => bench.app.request(path, { headers });
      const plain = await ask({ 'accept-encoding': 'identity' });
      const tag = plain.headers.get('etag') ?? '';
      expect(tag).toMatch(/^"[0-9a-f]{64}"$/);
      const text = Buffer.from(await plain.arrayBuffer());
      for (const [coding, unpack] of [['gzip', gunzipSync] as const, ['br', brotliDecompressSync] as const]) {
        const packed = await ask({ 'accept-encoding': coding });
        expect(packed.headers.get('content-encoding')).toBe(coding);
        expect(unpack(Buffer.from(await packed.arrayBuffer())).equals(text)).toBe(true);
        const own = packed.headers.get('etag') ?? '';
        expect(own).not.toBe(tag);
        const again = await ask({ 'accept-encoding': coding, 'if-none-match': own });
        expect([again.status, await again.text()]).toEqual([304, '']);
      }
      expect((await ask({ 'if-none-match': '"other"' })).status).toBe(200);
    },
  );

  test('the page shows every operation and error and loads no resources', async () => {
    const { text, headers } = await bench.ask('GET', '/docs', { key: null, headers: { accept: 'text/html' } });
    for (const { operationId } of endpoints) expect(text).toContain(`id="${operationId}"`);
    for (const code of Object.keys(errorCodes)) expect(text).toContain(`id="${code}"`);
    expect(text).not.toMatch(/<script|<link|<img|src=|@import|url\(/);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'/);
    expect(policy).not.toContain('unsafe');
  });

  test('the page starts with authentication and the run spec, with an example per load mode', async () => {
    const { text } = await bench.ask('GET', '/docs', { key: null });
    expect(text).toContain(
      'export TOKENMETER_URL=http://127.0.0.1:8787\nexport TOKENMETER_API_KEY=$(cat .data/local-api-key)',
    );
    const places = ['id="start"', 'id="run-spec"', 'id="createRun"', 'id="errors"', 'id="schemas"'];
    const found = places.map((place) => text.indexOf(place));
    expect(found).toEqual(found.toSorted((a, b) => a - b));
    const runSpec = text.slice(found[1], found[2]);
    for (const [mode, file] of [
      ['concurrency', 'quickstart'],
      ['rounds', 'rounds'],
      ['rate', 'rate-poisson'],
      ['sweep', 'sweep-knee'],
      ['trace', 'trace'],
    ]) {
      expect(runSpec).toContain(`Load <code>${mode}</code>`);
      const example = JSON.parse(readFileSync(new URL(`../../../../examples/${file}.json`, import.meta.url), 'utf8'));
      expect(runSpec).toContain(escapeHtml(JSON.stringify(example, null, 2)));
    }
    const modes = new Set(loadSchema.options.map((option) => option.shape.mode.value));
    for (const mode of modes) expect(runSpec, mode).toContain(`Load <code>${mode}</code>`);
  });

  test('every error on the page has a cause and a remedy', async () => {
    const { text } = await bench.ask('GET', '/docs', { key: null });
    for (const [code, { cause, cure }] of Object.entries(errorCodes)) {
      const entry = text.slice(text.indexOf(`id="${code}"`)).split('</div>')[0];
      expect(entry).toContain(renderInline(cause));
      expect(entry).toContain(renderInline(cure));
    }
  });

  test('every column has a heading, and folded errors follow the successful responses', async () => {
    const { text } = await bench.ask('GET', '/docs', { key: null });
    expect(text).not.toContain('<th></th>');
    const shown = text.slice(text.indexOf('<article id="createRun">')).split('</article>')[0] ?? '';
    expect(shown.indexOf('>202<')).toBeLessThan(shown.indexOf('<summary>Errors'));
    expect(shown.indexOf('>422<')).toBeGreaterThan(shown.indexOf('<summary>Errors'));
  });

  test('the navigation lists each operation by method and path', async () => {
    const { text } = await bench.ask('GET', '/docs', { key: null });
    const navigation = text.slice(text.indexOf('<nav'), text.indexOf('</nav>')).replaceAll('<wbr>', '');
    for (const { method, path } of endpoints)
      expect(navigation).toContain(`>${method.toUpperCase()}</span><span>${path}</span>`);
  });

  test('every link within the page has a target', async () => {
    const { text } = await bench.ask('GET', '/docs', { key: null });
    const ids = new Set([...text.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]));
    const links = [...text.matchAll(/href="#([^"]+)"/g)].map((match) => match[1]);
    expect(links.filter((link) => !ids.has(link))).toEqual([]);
  });
});
