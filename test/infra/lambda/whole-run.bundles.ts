import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { bundleFunctions } from '../../../infra/aws/bundle/bundle-functions.ts';
import { functionNames } from '../../../infra/aws/stack/function-settings.ts';
import { answerSigned } from '../../support/servers/bedrock-server.ts';
import { type ProviderProcess, startProviderProcess } from '../../support/servers/provider-process.ts';
import { type ScriptedServer, startScriptedServer } from '../../support/servers/scripted-server.ts';
import { roleSecret, startStsServer } from '../../support/servers/sts-server.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../support/servers/webhook-receiver.ts';
import { readAllSamples } from '../../support/service/read-all-samples.ts';
import { type Cloud, startCloud } from './cloud.ts';
import { followEvents } from './follow-events.ts';
import { gatewayTimeoutMs } from './http-gateway.ts';
import { installRuntime } from './install-runtime.ts';

const requests = 60;
const warmup = 4;
const maxWaitSeconds = 2;
/** TTFT in ms of a model whose run has no new event for longer than an answer waits. */
const slowMs = 4_000;
const providerKey = 'sk-of-the-provider';
const runSchema = z.looseObject({ runId: z.string(), status: z.string() });
const endpointSchema = z.looseObject({ webhookEndpointId: z.string() });
const eventSchema = z.looseObject({ status: z.string(), progress: z.looseObject({ ended: z.number() }) });
const secretSchema = z.looseObject({ secret: z.string() });

let folder: string;
let provider: ProviderProcess;
let receiver: WebhookReceiver;
let cloud: Cloud;
let bedrock: ScriptedServer;
let sts: Awaited<ReturnType<typeof startStsServer>>;
const role = 'arn:aws:iam::123456789012:role/tokenmeter-models';
/** External id that each role requires. */
const trusted: Record<string, string> = {};

beforeAll(async () => {
  const client = await installRuntime();
  folder = mkdtempSync(join(tmpdir(), 'tokenmeter-bundles-'));
  await bundleFunctions(folder);
  const latency = { ttft: { baseMs: 30 }, outputToken: { ms: 4 } };
  provider = await startProviderProcess({
    apiKey: providerKey,
    models: { m: { latency }, slow: { latency: { ...latency, ttft: { baseMs: slowMs } } } },
  });
  receiver = await startWebhookReceiver();
  bedrock = await startScriptedServer(answerSigned(roleSecret));
  sts = await startStsServer({ roles: trusted, expiresAtMs: () => Date.now() + 3_600_000 });
  const settings = {
    ...{ MAX_STREAMS_PER_WORKER: '4', MAX_WAIT_SECONDS: String(maxWaitSeconds) },
    ...{ ASSUMABLE_ROLES: role, AWS_ENDPOINT_URL_STS: sts.endpoint },
  };
  cloud = await startCloud({ client, bundleFolder: folder, maxWorkers: 4, supervisorEveryMs: 1_000, settings });
});
afterAll(async () => {
  await cloud.close();
  await Promise.all([provider.stop(), receiver.close(), bedrock.close(), sts.close()]);
  rmSync(folder, { recursive: true, force: true });
});

async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${cloud.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${cloud.apiKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok)
    throw new Error(`${method} ${path}: ${response.status} ${text}; ${cloud.functions.api.lastFault()}`);
  return JSON.parse(text);
}

async function waitForEnd(runId: string): Promise<string> {
  for (const untilMs = Date.now() + 60_000; Date.now() < untilMs; ) {
    const { status } = runSchema.parse(await call('GET', `/v1/runs/${runId}`));
    if (['completed', 'failed', 'canceled'].includes(status)) return status;
    await cloud.deps.clock.sleep(200);
  }
  const faults = functionNames.map((name) => `${name}: ${cloud.functions[name].lastFault()}`);
  throw new Error(`The run did not end. ${faults.join('\n')}`);
}

describe('the whole pipeline of bundled functions', () => {
  test('completes a run from the HTTP request to the report and the signed webhook', async () => {
    const events = ['run.completed'];
    const made = endpointSchema.parse(await call('POST', '/v1/webhook-endpoints', { url: receiver.url, events }));
    const { secret } = secretSchema.parse(await call('GET', `/v1/webhook-endpoints/${made.webhookEndpointId}/secret`));
    const { runId } = runSchema.parse(
      await call('POST', '/v1/runs', {
        // Part of the spec, so KMS seals it and the worker opens it.
        targets: [{ id: 'a', baseUrl: provider.url, model: 'm', apiKey: providerKey }],
        workload: { kind: 'prompts', prompts: [{ prompt: 'Say something short.' }], maxOutputTokens: 10 },
        load: { mode: 'concurrency', stages: [{ concurrency: 8, requests }], warmupRequests: warmup },
      }),
    );
    expect(await waitForEnd(runId)).toBe('completed');
    const samples = await readAllSamples(cloud, runId);
    expect(samples.map(({ requestIndex: index }) => index).sort((a, b) => a - b)).toEqual(
      Array.from({ length: requests + warmup }, (_, index) => index),
    );
    expect(samples.filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
    const log = await provider.readLog();
    expect(log.filter(({ status }) => status === 200)).toHaveLength(requests + warmup);
    expect(await call('GET', `/v1/runs/${runId}/report`)).toMatchObject({ run: { runId } });
    const headers = { authorization: `Bearer ${cloud.apiKey}` };
    const archive = await fetch(`${cloud.url}/v1/runs/${runId}/report/llmperf.zip`, { headers });
    expect(Object.keys(unzipSync(new Uint8Array(await archive.arrayBuffer())))).toHaveLength(2);
    await receiver.waitFor(1);
    const [delivery] = receiver.received;
    const event = new Webhook(secret).verify(delivery?.body ?? '', delivery?.headers ?? {});
    expect(event).toMatchObject({ type: 'run.completed', data: { runId } });
    for (const name of functionNames) {
      const { counts, lastFault } = cloud.functions[name];
      await expect.poll(() => counts.answer, { message: name }).toBeGreaterThan(0);
      expect(counts, `${name}: ${lastFault()}`).toMatchObject({ error: 0, timeout: 0, crash: 0 });
    }
  });

  test('signs the requests to Bedrock with a role that the worker assumes for the tenant', async () => {
    const tenantId = `ten_${cloud.apiKey.split('_')[1]}`;
    trusted[role] = tenantId;
    const target = { protocol: 'bedrock-converse', baseUrl: bedrock.url, region: 'us-east-1', model: 'm' };
    const { runId } = runSchema.parse(
      await call('POST', '/v1/runs', {
        targets: [{ id: 'a', ...target, auth: { style: 'sigv4', role } }],
        workload: { kind: 'prompts', prompts: [{ prompt: 'Say something short.' }], maxOutputTokens: 10 },
        load: { mode: 'concurrency', stages: [{ concurrency: 2, requests: 8 }], warmupRequests: 0 },
      }),
    );
    expect(await waitForEnd(runId)).toBe('completed');
    const samples = await readAllSamples(cloud, runId);
    expect(samples.map(({ outcome }) => outcome)).toEqual(Array(8).fill('ok'));
    for (const { Action, ExternalId } of sts.calls) expect([Action, ExternalId]).toEqual(['AssumeRole', tenantId]);
    expect(sts.calls.length).toBeGreaterThan(0);
  });

  test('streams events in answers that end in time, and resumes without loss after answers that were lost', async () => {
    const { runId } = runSchema.parse(
      await call('POST', '/v1/runs', {
        targets: [{ id: 'a', baseUrl: provider.url, model: 'slow', apiKey: providerKey }],
        workload: { kind: 'prompts', prompts: [{ prompt: 'Say something short.' }], maxOutputTokens: 10 },
        load: { mode: 'concurrency', stages: [{ concurrency: 2, requests: 4 }], warmupRequests: 0 },
      }),
    );
    const { events, answers } = await followEvents(`${cloud.url}/v1/runs/${runId}/events`, cloud.apiKey, 100);
    const streams = answers.slice(0, -1);
    expect(new Set(streams.map(({ retryMs }) => retryMs))).toEqual(new Set([2_000]));
    expect(Math.max(...streams.map(({ durationMs }) => durationMs))).toBeLessThan(gatewayTimeoutMs);
    const silent = streams.filter((answer) => answer.events.length === 0);
    expect(silent.length).toBeGreaterThan(0);
    for (const { comments } of silent) expect(comments).toContain('reconnect after 2000 ms');
    const order = events
      .map(({ id }) => id.split('-').map(Number))
      .map(([rank = 0, version = 0]) => rank * 1_000 + version);
    expect(order).toEqual([...new Set(order)].sort((a, b) => a - b));
    const states = events.map(({ event, data }) => ({ event, ...eventSchema.parse(JSON.parse(data)) }));
    const entered = states.filter(({ event }) => event !== 'progress').map(({ status }) => status);
    const all = ['queued', 'running', 'finalizing', 'completed'];
    expect(entered).toEqual(all.slice(all.indexOf(entered[0] ?? '')));
    expect(states.at(-1)).toMatchObject({ event: 'end', progress: { ended: 4 } });
  });
});
