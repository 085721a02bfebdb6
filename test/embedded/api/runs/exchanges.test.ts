import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PlacedSample } from '../../../../functions/api/samples/list-samples.ts';
import { advanceRun } from '../../../../functions/coordinator/advance-run.ts';
import { finalizeRun } from '../../../../functions/finalizer/finalize-run.ts';
import { removeRun } from '../../../../functions/finalizer/remove-run.ts';
import { checkTarget } from '../../../../functions/worker/check-target.ts';
import { runBatch } from '../../../../functions/worker/run-batch.ts';
import type { Message } from '../../../../shared/records/messages.ts';
import {
  type ExchangeSummary,
  type RecordedExchange,
  recordedExchangeSchema,
} from '../../../../shared/records/recorded-exchange.ts';
import {
  answer,
  chunked,
  json,
  lastChunk,
  role,
  streamHead,
  text,
  write,
} from '../../../support/servers/scripted-responses.ts';
import {
  type ScriptedRequest,
  type ScriptedServer,
  type Step,
  startScriptedServer,
} from '../../../support/servers/scripted-server.ts';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';

const apiKey = 'sk-recorder-5f2Kq9Zt7Wb3Xm8L';
const gateway = 'gw-secret-A1b2C3d4E5f6G7h8';

let server: ScriptedServer;
let bench: ApiBench;

function respond({ body, head }: ScriptedRequest): Step[] {
  const { model } = JSON.parse(body);
  if (model === 'echo') {
    const forms = [head, apiKey.toUpperCase(), btoa(apiKey), encodeURIComponent(gateway), apiKey.slice(0, 14)];
    return [write(json('500 Oops', { error: { message: forms.join(' ') } }, { 'set-cookie': 'session=abcdef' }))];
  }
  const letters = Array.from(apiKey, (letter) => write(chunked(text(letter))));
  if (model === 'letters') return [write(streamHead), write(chunked(role)), ...letters, write(lastChunk)];
  return answer('Hello', ' there');
}

async function handle(message: Message): Promise<void> {
  const { deps } = bench;
  if (message.kind === 'advance') await advanceRun(deps, message);
  if (message.kind === 'batch') await runBatch(deps, message, () => deps.config.workerTimeLimitMs);
  if (message.kind === 'check') await checkTarget(deps, message);
  if (message.kind === 'finalize') await finalizeRun(deps, message);
  if (message.kind === 'remove') await removeRun(deps, message);
}

beforeAll(async () => {
  server = await startScriptedServer(respond);
  const queue = { send: async (message: Message) => void handle(message), check: async () => {} };
  const settings = { EGRESS: 'loopback', MAX_WAIT_SECONDS: '20', HEARTBEAT_MS: '200', LEASE_MS: '4000' };
  bench = await openApiBench(settings, { queue });
});
afterAll(async () => {
  await bench.close();
  await server.close();
});

const target = (model: string) => ({ baseUrl: `${server.url}/v1`, model, apiKey, secretHeaders: { 'x-gw': gateway } });
const secretForms = [apiKey, apiKey.toUpperCase(), btoa(apiKey).slice(0, 20), gateway, encodeURIComponent(gateway)];

/** Runs three targets at once, and returns what the run recorded. */
async function record() {
  const body = {
    targets: ['good', 'echo', 'letters'].map(target),
    order: 'interleaved',
    workload: { kind: 'prompts', prompts: [{ prompt: 'Say\n"hello"' }], maxOutputTokens: 8 },
    load: { mode: 'concurrency', stages: [{ concurrency: 1, requests: 3 }], warmupRequests: 1 },
    recordExchanges: 2,
    check: true,
  };
  const headers = { prefer: 'wait=20' };
  let run = (await bench.ask('POST', '/v1/runs', { body, headers })).json;
  const path = `/v1/runs/${run.runId}`;
  while (run.endedAt === null) run = (await bench.ask('GET', path, { headers })).json;
  const items: ExchangeSummary[] = (await bench.ask('GET', `${path}/exchanges`)).json.items;
  const samples: PlacedSample[] = (await bench.ask('GET', `${path}/samples.json`)).json.items;
  const exchanges = new Map<string, RecordedExchange>();
  for (const { exchangeId } of items) {
    const { json } = await bench.ask('GET', `${path}/exchanges/${exchangeId}`);
    exchanges.set(exchangeId, recordedExchangeSchema.parse(json));
  }
  return { path, items, samples, exchanges };
}

describe('recorded exchanges of a run', () => {
  let recorded: Awaited<ReturnType<typeof record>>;
  beforeAll(async () => {
    recorded = await record();
  });

  test('are the first ones of each target and all failed ones, and samples name them', () => {
    const { items, samples } = recorded;
    const ids = items.map(({ exchangeId }) => exchangeId);
    const first = ['0-0-1', '0-1-1'];
    // Request 3 is the warm-up.
    const failed = [1, 2].flatMap((stageIndex) => [0, 1, 2, 3].map((request) => `${stageIndex}-${request}-1`));
    expect(ids).toEqual([...first, ...failed, 'check-0', 'check-1', 'check-2']);
    expect(samples.flatMap(({ exchangeId }) => exchangeId ?? []).sort()).toEqual([...first, ...failed]);
    expect(items[0]).toMatchObject({ targetId: 'target-1', reasons: ['first'], outcome: 'ok' });
    expect(items[4]).toMatchObject({ targetId: 'target-2', reasons: ['failed'], outcome: 'http_5xx' });
  });

  test('have the bytes and the reads of the connection', () => {
    const exchange = recorded.exchanges.get('0-1-1');
    expect(exchange).toMatchObject({ outcome: 'ok', reasons: ['first'], httpVersion: '1.1', outputEvents: 2 });
    expect(exchange?.request?.line).toBe('POST /v1/chat/completions HTTP/1.1');
    expect(exchange?.request?.headers).toContain('authorization: ***');
    expect(exchange?.request?.headers).toContain('x-gw: ***');
    expect(JSON.parse(exchange?.request?.body ?? '').messages[0].content).toBe('Say\n"hello"');
    const response = exchange?.response;
    expect(response?.statusLine).toBe('HTTP/1.1 200 OK');
    expect(response?.headers).toContain('transfer-encoding: chunked');
    expect(response?.body).toContain(chunked(text('Hello')));
    const head = [response?.statusLine, ...(response?.headers ?? []), '', ''].join('\r\n');
    const bytes = (response?.readBytes ?? []).reduce((sum, count) => sum + count, 0);
    expect(bytes).toBe(head.length + Buffer.byteLength(response?.body ?? ''));
    expect(response?.readAtMs).toEqual([...(response?.readAtMs ?? [])].sort((a, b) => a - b));
    expect(response?.end).toBe('complete');
  });

  test('have no secrets in any form', async () => {
    const all = [...recorded.exchanges.values()].map((exchange) => JSON.stringify(exchange));
    const dump = await bench.dump();
    for (const form of secretForms) for (const shown of [...all, dump]) expect(shown).not.toContain(form);
    for (const shown of all) {
      for (let at = 0; at + 8 <= apiKey.length; at++) expect(shown).not.toContain(apiKey.slice(at, at + 8));
      expect(shown).not.toContain('session=abcdef');
    }
  });

  test('omit an answer that spells a secret letter by letter', () => {
    const exchange = recorded.exchanges.get('2-0-1');
    expect(exchange?.response).toMatchObject({ body: '', omitted: expect.stringContaining('in pieces') });
  });

  test('are deleted with the run', async () => {
    const { path } = recorded;
    expect((await bench.ask('DELETE', path)).status).toBe(204);
    expect((await bench.ask('GET', `${path}/exchanges/0-1-1`)).status).toBe(404);
    await expect.poll(() => bench.dump()).not.toContain('EXCHANGE');
  });
});

test('a target check records its exchange, which expires with the check, and only its tenant reads it', async () => {
  const body = { targets: [target('a'), target('echo')], recordExchanges: 0 };
  const { json: view } = await bench.ask('POST', '/v1/target-checks', { body });
  expect(view.results.map(({ exchangeId }: { exchangeId: string }) => exchangeId)).toEqual([null, 'check-1']);
  const path = `/v1/target-checks/${view.targetCheckId}/exchanges/check-1`;
  const found = await bench.ask('GET', path);
  expect(recordedExchangeSchema.parse(found.json)).toMatchObject({ outcome: 'http_5xx', reasons: ['failed'] });
  for (const form of secretForms) expect(found.text).not.toContain(form);
  expect((await bench.ask('GET', path, { key: await bench.foreignKey() })).status).toBe(404);
});
