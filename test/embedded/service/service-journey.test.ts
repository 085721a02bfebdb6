import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { localTableName } from '../../../infra/local/local-settings.ts';
import { startEmbeddedDynamodb } from '../../../infra/local/stores/embedded-dynamodb.ts';
import { createDynamodbClient } from '../../../shared/adapters/aws-clients.ts';
import { reportSchema } from '../../../shared/report/model/report.ts';
import { type ProviderProcess, startProviderProcess } from '../../support/servers/provider-process.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../support/servers/webhook-receiver.ts';
import { readAllSamples } from '../../support/service/read-all-samples.ts';
import { type ServiceProcess, startServiceProcess } from '../../support/service/service-process.ts';

const secret = 'sk-planted-7f1d0c4b2a9e4c55';

let provider: ProviderProcess;
let service: ServiceProcess;
let receiver: WebhookReceiver;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tokenmeter-journey-'));
  const latency = { ttft: { baseMs: 20 }, outputToken: { ms: 2 } };
  provider = await startProviderProcess({ apiKey: secret, models: { m: { latency } } });
  service = await startServiceProcess(dataDir, { LOG_LEVEL: 'info', WARM_LOCAL_WORKERS: '1' });
  receiver = await startWebhookReceiver();
});
afterAll(async () => {
  await receiver.close();
  await service.stop();
  await provider.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const runSchema = z.looseObject({ runId: z.string(), status: z.string() });
const pageSchema = z.looseObject({ items: z.array(z.looseObject({})) });

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe('an HTTP client', () => {
  const answers: string[] = [];

  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<unknown> => {
    const answer = await service.call(method, path, body, headers);
    answers.push(JSON.stringify(answer));
    return answer;
  };

  test('creates a run, waits for it, reads report and samples, and gets signed webhooks', async () => {
    const spec = {
      name: 'journey',
      targets: [{ id: 'a', baseUrl: provider.url, model: 'm', apiKey: secret }],
      workload: { kind: 'sonnet', outputTokens: { distribution: 'fixed', value: 30 } },
      load: { mode: 'concurrency', stages: [{ concurrency: 5, requests: 20 }], warmupRequests: 2 },
      assertions: [{ metric: 'ttftMs', statistic: 'p50', op: '<=', value: 1 }],
      webhooks: [{ url: receiver.url, events: ['run.started', 'run.completed', 'run.assertion_failed'] }],
    };
    const run = runSchema.parse(
      await call('POST', '/v1/runs', spec, { prefer: 'wait=30', 'idempotency-key': 'journey-1' }),
    );
    expect(run).toMatchObject({ status: 'completed', verdict: 'fail' });

    const report = reportSchema.parse(await call('GET', `/v1/runs/${run.runId}/report`));
    expect(report.stages[0]?.counts).toMatchObject({ planned: 20, ok: 20 });
    expect(await readAllSamples(service, run.runId)).toHaveLength(22);

    await receiver.waitFor(3);
    const endpoints = z
      .looseObject({ webhookEndpoints: z.array(z.looseObject({ webhookEndpointId: z.string() })) })
      .safeParse(run);
    const listed = pageSchema.parse(await call('GET', '/v1/webhook-endpoints'));
    const id = endpoints.data?.webhookEndpoints[0]?.webhookEndpointId ?? String(listed.items[0]?.['webhookEndpointId']);
    const { secret: signingSecret } = z
      .looseObject({ secret: z.string() })
      .parse(await service.call('GET', `/v1/webhook-endpoints/${id}/secret`));
    const events = receiver.received.map(({ headers, body }) => new Webhook(signingSecret).verify(body, headers));
    expect(events.map((event) => z.looseObject({ type: z.string() }).parse(event).type).sort()).toEqual([
      'run.assertion_failed',
      'run.completed',
      'run.started',
    ]);
    expect(() =>
      new Webhook(signingSecret).verify(`${receiver.received[0]?.body} `, receiver.received[0]?.headers ?? {}),
    ).toThrow();

    const { items } = pageSchema.parse(await call('GET', `/v1/webhook-endpoints/${id}/deliveries`));
    expect(items.map(({ status }) => status)).toEqual(['delivered', 'delivered', 'delivered']);
    await call('POST', `/v1/webhook-endpoints/${id}/deliveries/${items[0]?.['deliveryId']}/redeliver`);
    await receiver.waitFor(4);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(3);
  }, 60_000);

  test('receives an event with the example, which deletes its endpoint at the end', async () => {
    const example = fileURLToPath(new URL('../../../examples/receive-webhooks.mjs', import.meta.url));
    const variables = { TOKENMETER_URL: service.url, TOKENMETER_API_KEY: service.apiKey, WEBHOOK_PORT: '0' };
    const child = spawn(process.execPath, [example], { env: variables, stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk));
    const exited = once(child, 'exit');
    await expect.poll(() => output).toMatch(/^Waiting for webhooks on http\S+\n/);
    const url = /http\S+/.exec(output)?.[0];
    const list = async () => pageSchema.parse(await call('GET', '/v1/webhook-endpoints')).items;
    const id = (await list()).find((endpoint) => endpoint['url'] === url)?.['webhookEndpointId'];
    await call('POST', `/v1/webhook-endpoints/${id}/test`);
    await expect.poll(() => output).toMatch(/^verified [\s\S]*"type": "webhook_endpoint\.test"/m);
    child.kill('SIGINT');
    expect(await exited).toEqual([0, null]);
    expect((await list()).map((endpoint) => endpoint['url'])).not.toContain(url);
  });

  test('never finds the secret of the spec in answers, webhooks, logs, errors, or the table', async () => {
    const refused = await fetch(`${service.url}/v1/runs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${service.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ targets: [{ baseUrl: 'ftp://x', model: '', apiKey: secret, surprise: 1 }] }),
    });
    expect(refused.status).toBe(422);
    answers.push(await refused.text(), ...receiver.received.map((hook) => JSON.stringify(hook)));
    await call('GET', '/v1/credentials');
    await call('GET', '/v1/runs');
    await service.stop();
    const dynamodb = await startEmbeddedDynamodb({ dataDir });
    const client = createDynamodbClient({ dynamodbEndpoint: dynamodb.endpoint, region: 'us-east-1' });
    const { Items = [] } = await client.send(new ScanCommand({ TableName: localTableName }));
    await dynamodb.close();
    expect(Items.length).toBeGreaterThan(5);
    const needles = [secret, Buffer.from(secret).toString('base64').slice(0, 20)];
    for (const text of [JSON.stringify(Items), service.output(), ...answers]) {
      for (const needle of needles) expect(text).not.toContain(needle);
    }
    for (const file of await filesUnder(dataDir)) {
      const bytes = await readFile(file);
      for (const needle of needles) expect(bytes.includes(needle), file).toBe(false);
    }
    // The provider did receive the secret.
    expect((await provider.readLog()).every(({ status }) => status === 200)).toBe(true);
  }, 30_000);
});
