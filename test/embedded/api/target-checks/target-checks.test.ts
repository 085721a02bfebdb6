import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkTarget } from '../../../../functions/worker/check-target.ts';
import { type OpenServer, openServer } from '../../../support/servers/open-server.ts';
import { type StreamServer, startStreamServer } from '../../../support/servers/stream-server.ts';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';

const apiKey = 'sk-check-0123456789abcdef';
let bench: ApiBench;
let provider: StreamServer;
let refusing: OpenServer;
/** Whether the workers receive messages. */
let hasWorkers = true;

beforeAll(async () => {
  provider = await startStreamServer();
  refusing = await openServer(({ headers }, response) => {
    const message = `No key \u001b[31m${headers.authorization}\u202e <b>here</b>`;
    response.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { message } }));
  });
  const queue = {
    send: async (message: Parameters<ApiBench['deps']['queue']['send']>[0]) => {
      if (message.kind === 'check' && hasWorkers) void checkTarget(bench.deps, message);
    },
    check: async () => {},
  };
  const settings = { EGRESS: 'loopback', MAX_WAIT_SECONDS: '20', MAX_TARGET_CHECKS_PER_MINUTE: '12' };
  bench = await openApiBench(settings, { queue });
});

afterAll(async () => {
  await Promise.all([bench.close(), provider.close(), refusing.close()]);
});

const check = (targets: object[], options: { key?: string; headers?: Record<string, string> } = {}) =>
  bench.ask('POST', '/v1/target-checks', { body: { targets }, ...options });

describe('a check of targets', () => {
  test('says what came back, how long it took, and what to do', async () => {
    const key = await bench.foreignKey();
    const good = { id: 'good', baseUrl: provider.url, model: 'fast', apiKey };
    const closed = { id: 'closed', baseUrl: 'http://127.0.0.1:1', model: 'm', apiKey };
    const answer = await check([good, closed], { key });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ status: 'done', passed: false });
    const [first, second] = answer.json.results;
    expect(first).toMatchObject({
      targetId: 'good',
      address: provider.url,
      passed: true,
      outcome: 'ok',
      httpStatus: 200,
    });
    expect(first).toMatchObject({ outputText: 'one two three', failure: null, remedy: null });
    expect(first.ttftMs).toBeGreaterThan(0);
    expect(first.e2eMs).toBeGreaterThanOrEqual(first.ttftMs);
    expect(second).toMatchObject({
      ...{ targetId: 'closed', passed: false, outcome: 'connect', httpStatus: null },
      failure: 'The connection could not be made: the connection was refused (ECONNREFUSED)',
      remedy: expect.stringContaining('Add /v1 to baseUrl'),
    });
    expect(provider.authorizations).toContain(`Bearer ${apiKey}`);
    const again = await bench.ask('GET', answer.headers.get('location') ?? '', { key });
    expect(again.json).toEqual(answer.json);
  });

  test('shows no secret that a server repeats, no control characters, and keeps no key', async () => {
    const key = await bench.foreignKey();
    const answer = await check([{ baseUrl: `${refusing.url}/v1`, model: 'm', apiKey }], { key });
    expect(answer.json.results[0]).toMatchObject({ outcome: 'http_4xx', httpStatus: 401, passed: false });
    expect(answer.json.results[0].failure).toContain('No key');
    expect(answer.json.results[0].remedy).toContain('API key');
    expect(answer.text).not.toContain(apiKey);
    expect(answer.json.results[0].failure).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    const dump = await bench.dump();
    expect(dump).not.toContain(apiKey);
    expect(dump).not.toContain('sealedSecrets');
  });

  test('sends one request for repeated messages and for a repeated idempotency key', async () => {
    const key = await bench.foreignKey();
    const before = provider.requestCount('slow');
    const headers = { 'idempotency-key': 'check-1' };
    const first = await check([{ baseUrl: provider.url, model: 'slow' }], { key, headers });
    const second = await check([{ baseUrl: provider.url, model: 'slow' }], { key, headers });
    await checkTarget(bench.deps, { kind: 'check', ownerId: first.json.targetCheckId, targetIndex: 0 });
    expect([second.json, provider.requestCount('slow') - before]).toEqual([first.json, 1]);
  });

  test('continues in the background without workers, and no other tenant can read it', async () => {
    hasWorkers = false;
    const hasty = await openApiBench({ MAX_WAIT_SECONDS: '0' });
    const body = { targets: [{ baseUrl: 'https://api.example.com/v1', model: 'm' }] };
    const answer = await hasty.ask('POST', '/v1/target-checks', { body });
    expect([answer.status, answer.json.status, answer.json.passed]).toEqual([202, 'pending', null]);
    expect(hasty.sent).toMatchObject([{ kind: 'check', ownerId: answer.json.targetCheckId, targetIndex: 0 }]);
    const path = `/v1/target-checks/${answer.json.targetCheckId}`;
    expect((await hasty.ask('GET', path)).json.status).toBe('pending');
    expect((await hasty.ask('GET', path, { key: await hasty.foreignKey() })).status).toBe(404);
    await hasty.close();
    hasWorkers = true;
  });

  test('is refused for targets that a run could not have, and above the limit per minute', async () => {
    const key = await bench.foreignKey();
    const refused = await check([{ baseUrl: 'http://169.254.169.254/v1', model: 'm' }], { key });
    expect([refused.status, refused.json.faults[0].pointer]).toEqual([422, '/targets/0/baseUrl']);
    const many = Array.from({ length: 13 }, () => ({ baseUrl: provider.url, model: 'fast' }));
    const limited = await check(many, { key });
    expect([limited.status, limited.json.code]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
