import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiBench, leastSpec, openApiBench } from '../../../support/service/api-bench.ts';

let hosted: ApiBench;
let local: ApiBench;
beforeAll(async () => {
  hosted = await openApiBench();
  local = await openApiBench({
    ALLOWED_HOSTS: '127.0.0.1,localhost',
    EGRESS: 'loopback',
    LOOPBACK_PORTS: '8788',
    PUBLIC_URL: 'http://127.0.0.1:8787',
  });
});
afterAll(async () => {
  await hosted.close();
  await local.close();
});

const onLoopback = { host: '127.0.0.1' };

describe('a request without a valid key', () => {
  const unknownKey = `tm_${'0'.repeat(26)}_${'0'.repeat(26)}_${'A'.repeat(43)}`;
  const cases: [string, Record<string, string>, RegExp, RegExp][] = [
    ['no header', {}, /header is missing/, /Send "Authorization: Bearer tm_…"/],
    [
      'no key after Bearer',
      { authorization: 'Bearer ' },
      /no key after "Bearer"/,
      /\$TOKENMETER_API_KEY, the variable is empty/,
    ],
    [
      'another scheme',
      { authorization: 'Basic c2VjcmV0' },
      /does not have the form "Bearer/,
      /Send only "Bearer", a space, and the key/,
    ],
    [
      'a bare key',
      { authorization: unknownKey },
      /does not have the form "Bearer/,
      /Send only "Bearer", a space, and the key/,
    ],
    [
      'a key of something else',
      { authorization: 'Bearer sk-secret' },
      /does not have the form of an API key of this service/,
      /starts with tm_ and has 100/,
    ],
    [
      'a key that is not in force',
      { authorization: `Bearer ${unknownKey}` },
      /unknown, revoked, or expired/,
      /a key created in this deployment/,
    ],
  ];

  test.each(cases)('returns a remedy for %s and the source of keys', async (_, headers, fault, remedy) => {
    const told = (await hosted.ask('GET', '/v1/runs', { key: null, headers })).json;
    expect(told).toMatchObject({ code: 'UNAUTHENTICATED', detail: expect.stringMatching(fault) });
    expect(told.faults[0].remedy).toMatch(remedy);
    expect(told.faults[0].remedy).toContain('POST /v1/api-keys');
    expect(told.faults[0].remedy).not.toContain('local-api-key');
    const here = (await local.ask('GET', '/v1/runs', { key: null, headers: { ...headers, ...onLoopback } })).json;
    expect(here.faults[0].remedy).toMatch(remedy);
    expect(here.faults[0].remedy).toContain('.data/local-api-key');
  });

  test('does not return the text that it sent', async () => {
    const { text } = await hosted.ask('GET', '/v1/runs', { key: null, headers: { authorization: 'Bearer sk-secret' } });
    expect(text).not.toContain('sk-secret');
  });
});

describe('a blocked address', () => {
  const refusedBy = async (bench: ApiBench, baseUrl: string) => {
    const body = leastSpec({ targets: [{ baseUrl, model: 'm' }] });
    return (await bench.ask('POST', '/v1/runs', { body, headers: bench === local ? onLoopback : {} })).json.faults[0]
      .remedy;
  };

  test('explains on a local service how to reach the own network and that loopback is allowed', async () => {
    expect(await refusedBy(local, 'http://192.168.1.5:8000/v1')).toBe(
      'Use a public host, such as https://api.example.com/v1, or an address of this machine, such as http://127.0.0.1:8788/v1. To reach addresses of your own network, start the service with EGRESS=any npm start.',
    );
    expect(await refusedBy(hosted, 'http://192.168.1.5:8000/v1')).toBe(
      'Use a public host, such as https://api.example.com/v1. The setting EGRESS of the deployment allows more addresses.',
    );
  });

  test('states for a port of this machine which setting allows it, and allows no port of the service itself', async () => {
    expect(await refusedBy(local, 'http://localhost:8000/v1')).toBe(
      'Start the service with LOOPBACK_PORTS=8788,8000 npm start. LOOPBACK_PORTS=any allows every port',
    );
    expect(await refusedBy(local, 'http://[::1]:8787/v1')).toBe('Use the port of the endpoint');
  });

  test('suggests no setting for addresses that are always blocked', async () => {
    expect(await refusedBy(local, 'http://169.254.169.254/v1')).not.toContain('EGRESS');
    expect(await refusedBy(hosted, 'http://169.254.169.254/v1')).not.toContain('EGRESS');
  });
});

describe('a malformed id', () => {
  test.each([
    ['/v1/runs/foo', 'A run id has the form run_…'],
    ['/v1/runs/foo/report', 'A run id has the form run_…'],
    ['/v1/api-keys/foo', 'An API key id has the form key_…'],
    ['/v1/webhook-endpoints/foo/deliveries', 'A webhook endpoint id has the form whe_…'],
  ])('%s returns 404 and the expected form of the id', async (path, form) => {
    const { status, json } = await hosted.ask('GET', path);
    expect(status).toBe(404);
    expect(json.detail).toContain(form);
  });
});

describe('a misspelled word', () => {
  const target = { baseUrl: 'https://api.example.com/v1', model: 'm' };
  test.each<[string, Record<string, unknown>, string, string]>([
    ['of a load mode', { load: { mode: 'concurency', stages: [{ concurrency: 1 }] } }, '/load/mode', 'concurrency'],
    ['of a protocol', { targets: [{ ...target, protocol: 'openai-chatt' }] }, '/targets/0/protocol', 'openai-chat'],
    ['of a workload', { workload: { kind: 'sonet' } }, '/workload/kind', 'sonnet'],
    [
      'of arrivals',
      { load: { mode: 'rate', arrivals: 'posson', stages: [{ requestsPerSecond: 1 }] } },
      '/load/arrivals',
      'poisson',
    ],
    [
      'of a distribution',
      { workload: { kind: 'sonnet', inputTokens: { distribution: 'normall', mean: 5, stddev: 1 } } },
      '/workload/inputTokens/distribution',
      'normal',
    ],
    [
      'of a metric of requests',
      { assertions: [{ metric: 'ttftsMs', statistic: 'p95', op: '<=', value: 1 }] },
      '/assertions/0/metric',
      'ttftMs',
    ],
    [
      'of a metric of stages',
      { assertions: [{ metric: 'errorrRate', op: '<=', value: 1 }] },
      '/assertions/0/metric',
      'errorRate',
    ],
    [
      'of a statistic',
      { assertions: [{ metric: 'ttftMs', statistic: 'maxx', op: '<=', value: 1 }] },
      '/assertions/0/statistic',
      'max',
    ],
  ])('%s returns the closest known word', async (_, change, pointer, meant) => {
    const { json } = await hosted.ask('POST', '/v1/runs', { body: leastSpec(change) });
    const fault = json.faults.find((each: { pointer: string }) => each.pointer === pointer);
    expect(fault?.remedy, JSON.stringify(json.faults)).toContain(`Did you mean "${meant}"?`);
  });

  test('without a close match returns no suggestion', async () => {
    const { json } = await hosted.ask('POST', '/v1/runs', { body: leastSpec({ workload: { kind: 'telephone' } }) });
    expect(json.faults[0].remedy).not.toContain('Did you mean');
  });
});

describe('the root path', () => {
  test('redirects to the reference page without a key and checks the host', async () => {
    const answer = await local.app.request('http://127.0.0.1/');
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/docs']);
    expect((await local.app.request('http://elsewhere.example/')).status).toBe(421);
    expect((await local.app.request('http://127.0.0.1/', { method: 'POST' })).status).toBe(405);
  });
});
