import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiBench, leastSpec, openApiBench } from '../../../support/service/api-bench.ts';

let bench: ApiBench;
beforeAll(async () => {
  bench = await openApiBench({ MAX_BODY_BYTES: '100000' }, {}, 'embedded');
});
afterAll(() => bench.close());

const text = JSON.stringify(leastSpec());
const deep = (open: string, inside: string, close: string) =>
  `{"targets":${open.repeat(9_000)}${inside}${close.repeat(9_000)}}`;

const bodies = [
  { name: 'no body', raw: '', status: 400, code: 'INVALID_BODY', pointer: '' },
  { name: 'half a body', raw: text.slice(0, -2), status: 400, code: 'INVALID_BODY', pointer: '' },
  { name: 'a comma too many', raw: '{"targets":[],}', status: 400, code: 'INVALID_BODY', pointer: '' },
  { name: 'a comment', raw: '{/* */}', status: 400, code: 'INVALID_BODY', pointer: '' },
  { name: 'NaN', raw: '{"seed":NaN}', status: 400, code: 'INVALID_BODY', pointer: '' },
  { name: 'two documents', raw: '{}{}', status: 400, code: 'INVALID_BODY', pointer: '' },
  {
    name: 'bytes that are not UTF-8',
    raw: new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    status: 400,
    code: 'INVALID_BODY',
    pointer: '',
  },
  { name: 'UTF-16', raw: new Uint8Array(Buffer.from(text, 'utf16le')), status: 400, code: 'INVALID_BODY', pointer: '' },
  {
    name: 'lists nine thousand deep',
    raw: deep('[', '', ']'),
    status: 400,
    code: 'INVALID_REQUEST',
    pointer: `/targets${'/0'.repeat(31)}`,
  },
  {
    name: 'objects nine thousand deep',
    raw: deep('{"a":', '1', '}'),
    status: 400,
    code: 'INVALID_REQUEST',
    pointer: `/targets${'/a'.repeat(31)}`,
  },
  {
    name: 'a field __proto__',
    raw: `{"__proto__":{"admin":true},${text.slice(1)}`,
    status: 400,
    code: 'INVALID_REQUEST',
    pointer: '',
  },
  {
    name: 'a header __proto__',
    raw: text.replace('"model":"m"', '"model":"m","headers":{"__proto__":"x"}'),
    status: 400,
    code: 'INVALID_REQUEST',
    pointer: '/targets/0/headers',
  },
  {
    name: 'a duplicate name',
    raw: '{"seed":1,"seed":2,"targets":[]}',
    status: 400,
    code: 'INVALID_REQUEST',
    pointer: '/seed',
  },
  {
    name: 'a duplicate name with an escape',
    raw: '{"seed":1,"s\\u0065ed":2,"targets":[]}',
    status: 400,
    code: 'INVALID_REQUEST',
    pointer: '/seed',
  },
  {
    name: 'half of a surrogate pair',
    raw: text.replace('"m"', '"\\ud800"'),
    status: 400,
    code: 'INVALID_REQUEST',
    pointer: '/targets/0/model',
  },
  {
    name: 'a NUL',
    raw: text.replace('"m"', '"a\\u0000b"'),
    status: 400,
    code: 'INVALID_REQUEST',
    pointer: '/targets/0/model',
  },
  {
    name: 'a number above the range of a double',
    raw: `{"seed":1e999,${text.slice(1)}`,
    status: 422,
    code: 'NUMBER_OUT_OF_RANGE',
    pointer: '/seed',
  },
  {
    name: 'a whole number that a double cannot represent',
    raw: text.replace('"model"', '"body":{"seed":12345678901234567890},"model"'),
    status: 400,
    code: 'INVALID_REQUEST',
    pointer: '/targets/0/body/seed',
  },
  {
    name: 'a body above the limit',
    raw: `{"name":"${'x'.repeat(100_001)}"}`,
    status: 413,
    code: 'BODY_TOO_LARGE',
    pointer: '',
  },
  {
    name: 'ten thousand unknown fields',
    raw: `{${Array.from({ length: 5_000 }, (_, k) => `"f${k}":1`).join(',')}}`,
    status: 422,
    code: 'INVALID_SPEC',
    pointer: '/targets',
  },
];

describe('a hostile body is rejected before it is processed', () => {
  test.each(bodies)('$name', async ({ raw, status, code, pointer }) => {
    const answer = await bench.ask('POST', '/v1/runs', { raw });
    expect(answer.status).toBe(status);
    expect(answer.json.code).toBe(code);
    expect(answer.json.faults[0].pointer).toBe(pointer);
    expect(answer.json.faults[0].remedy).not.toBe('');
    expect(answer.text.length).toBeLessThan(100_000);
    expect(bench.sent).toEqual([]);
  });

  test('an endless stream is cut off at the limit', async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulled += 10_000;
        controller.enqueue(new Uint8Array(10_000).fill(0x20));
      },
    });
    const answer = await bench.ask('POST', '/v1/runs', { raw: endless });
    expect(answer.status).toBe(413);
    expect(answer.headers.get('connection')).toBe('close');
    expect(pulled).toBeLessThan(300_000);
  });

  test('a declared length above the limit is rejected without reading', async () => {
    const answer = await bench.ask('POST', '/v1/runs', { raw: text, headers: { 'content-length': '9999999999' } });
    expect(answer.status).toBe(413);
  });

  test('the error of a malformed body does not quote it', async () => {
    const answer = await bench.ask('POST', '/v1/runs', { raw: '{"apiKey": sk-secret-1}' });
    expect(answer.status).toBe(400);
    expect(answer.text + bench.logged()).not.toContain('sk-secret-1');
    expect(answer.json.detail).toContain('contains an unexpected character');
    const other = await bench.ask('POST', '/v1/runs', { raw: '{"seed": 1 "name": "x"}' });
    expect(other.json.detail).toContain('position 11');
  });

  test('a name such as constructor is an ordinary name', async () => {
    const answer = await bench.ask('POST', '/v1/runs', { body: { ...leastSpec(), constructor: 1 } });
    expect(answer.json.faults[0]).toMatchObject({ pointer: '/constructor', fault: 'is not a known field' });
  });
});

describe('headers', () => {
  const types = [
    'text/plain',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=latin1',
    'application/jsonx',
    '',
  ];
  test.each(types)('the content type "%s" is rejected', async (type) => {
    const answer = await bench.ask('POST', '/v1/runs', {
      raw: new TextEncoder().encode(text),
      headers: { 'content-type': type },
    });
    expect(answer.status).toBe(415);
    expect(answer.json.faults[0]).toMatchObject({ pointer: 'header:content-type' });
  });

  test('a compressed body is rejected', async () => {
    const answer = await bench.ask('POST', '/v1/runs', { raw: text, headers: { 'content-encoding': 'gzip' } });
    expect(answer.json.faults[0].pointer).toBe('header:content-encoding');
  });

  test.each(['image/png', 'text/html', 'application/json;q=0'])(
    'Accept: %s returns 406 with the available types',
    async (accept) => {
      const answer = await bench.ask('GET', '/v1/runs', { headers: { accept } });
      expect(answer.status).toBe(406);
      expect(answer.json.faults[0].remedy).toContain('application/json');
    },
  );

  test.each(['a b', 'ü', 'x'.repeat(256)])('the idempotency key "%s" is rejected', async (key) => {
    const headers = new Headers({ authorization: `Bearer ${bench.key}`, 'content-type': 'application/json' });
    headers.set(
      'idempotency-key',
      encodeURIComponent(key) === key || key === 'a b' ? key : Buffer.from(key).toString('latin1'),
    );
    const response = await bench.app.request('/v1/runs', { method: 'POST', headers, body: text });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ faults: [{ pointer: 'header:idempotency-key' }] });
  });

  test.each(['wait', 'wait=', 'wait=-1', 'wait=abc', 'return=minimal'])(
    'Prefer: %s is ignored, as RFC 7240 requires',
    async (prefer) => {
      const { runId } = (await bench.ask('POST', '/v1/runs', { body: leastSpec() })).json;
      const answer = await bench.ask('GET', `/v1/runs/${runId}`, { headers: { prefer } });
      expect(answer.headers.get('preference-applied')).toBeNull();
    },
  );
});

describe('queries', () => {
  test.each([
    ['limit=0', '?limit'],
    ['limit=101', '?limit'],
    ['limit=x', '?limit'],
    ['limit=1.5', '?limit'],
    ['limit=1&limit=2', '?limit'],
    ['limits=1', '?limits'],
    ['cursor=', '?cursor'],
  ])('?%s is rejected with a remedy', async (query, pointer) => {
    const answer = await bench.ask('GET', `/v1/runs?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.json.faults[0].pointer).toBe(pointer);
    expect(answer.json.faults[0].remedy).toMatch(/limit|whole number|text/);
  });
});
