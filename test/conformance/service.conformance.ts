import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { paginateScan } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { createRunClient, hasEnded, type RunClient } from '../../infra/client/run-client.ts';
import { type LocalServer, startLocal } from '../../infra/local/start-local.ts';
import { createDynamodbClient } from '../../shared/adapters/aws-clients.ts';
import { readReport } from '../../shared/report/model/read-report.ts';
import { type StreamServer, startStreamServer } from '../support/servers/stream-server.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/servers/webhook-receiver.ts';
import { readAllSamples } from '../support/service/read-all-samples.ts';

const withinRun = { timeout: 90_000, interval: 200 };

describe('whole service', () => {
  let provider: StreamServer;
  let receiver: WebhookReceiver;
  let server: LocalServer;
  let api: RunClient;
  let dataDir: string;
  let runId: string;

  beforeAll(async () => {
    const { dynamodb, sqs, s3, name } = inject('place');
    dataDir = await mkdtemp(join(tmpdir(), 'tokenmeter-conformance-'));
    provider = await startStreamServer();
    receiver = await startWebhookReceiver();
    const environment = {
      LOG_LEVEL: 'error',
      MAX_STREAMS_PER_WORKER: '4',
      WARM_LOCAL_WORKERS: '2',
      LOOPBACK_PORTS: 'any',
    };
    server = await startLocal({ dataDir, port: 0, environment, stores: { dynamodb, sqs, s3, name } });
    api = createRunClient(server);
  });
  afterAll(async () => {
    await server.close();
    await receiver.close();
    await provider.close();
    await rm(dataDir, { recursive: true });
  });

  const start = (load: object) => {
    const targets = ['a', 'b'].map((id) => ({ id, baseUrl: provider.url, model: 'slow' }));
    const workload = { kind: 'prompts', prompts: [{ prompt: 'Say one two three.' }], maxOutputTokens: 20 };
    const webhooks = [{ url: receiver.url, events: ['run.started', 'run.completed'] }];
    return api.createRun({ targets, order: 'interleaved', workload, load: { mode: 'concurrency', ...load }, webhooks });
  };

  test('completes eight batches of two targets with exact counts in the report after a worker is killed', async () => {
    const run = await start({ stages: [{ concurrency: 16, requests: 400 }], warmupRequests: 8 });
    runId = run.runId;
    await expect
      .poll(async () => (await api.getRun(runId)).progress.stages.reduce((sum, { ok }) => sum + ok, 0), withinRun)
      .toBeGreaterThan(20);
    process.kill(server.workerPids()[0] ?? Number.NaN, 'SIGKILL');
    await expect.poll(async () => hasEnded(await api.getRun(runId)), withinRun).toBe(true);
    const report = readReport(await api.getReport(runId, ''));
    expect((await api.getRun(runId)).status).toBe('completed');
    expect(report.stages.map(({ counts }) => [counts.planned, counts.ok])).toEqual([
      [400, 400],
      [400, 400],
    ]);
    const samples = await readAllSamples(server, runId);
    const places = samples.map(({ stageIndex, requestIndex: index }) => `${stageIndex}#${index}`);
    expect(new Set(places).size).toBe(816);
    expect(places).toHaveLength(816);
    await receiver.waitFor(2);
  }, 120_000);

  test('keeps no item of a deleted run', async () => {
    const { dynamodb, name } = inject('place');
    const client = createDynamodbClient({ region: 'us-east-1', dynamodbEndpoint: dynamodb });
    const left = async () => {
      const keys: string[] = [];
      for await (const { Items = [] } of paginateScan({ client }, { TableName: name, ConsistentRead: true }))
        for (const item of Items)
          if (JSON.stringify(item).includes(runId)) keys.push(`${item['pk']?.S} ${item['sk']?.S}`);
      return keys;
    };
    expect((await left()).length).toBeGreaterThan(20);
    const response = await fetch(`${server.url}/v1/runs/${runId}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${server.apiKey}` },
    });
    expect(response.status).toBe(204);
    expect(await left()).toEqual([]);
    client.destroy();
  });

  test('stops a canceled run and reports the remaining requests as not sent', async () => {
    const run = await start({ stages: [{ concurrency: 8, requests: 4_000 }] });
    await expect.poll(async () => (await api.getRun(run.runId)).status, withinRun).toBe('running');
    const response = await fetch(`${server.url}/v1/runs/${run.runId}/cancel`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.apiKey}` },
    });
    expect(z.object({ runId: z.string() }).parse(await response.json()).runId).toBe(run.runId);
    await expect.poll(async () => (await api.getRun(run.runId)).status, withinRun).toBe('canceled');
    const report = readReport(await api.getReport(run.runId, ''));
    for (const { counts } of report.stages) {
      const { planned, ok, failed, canceled, notSent } = counts;
      expect(ok + failed + canceled + notSent).toBe(planned);
      expect(notSent).toBeGreaterThan(0);
    }
  }, 120_000);
});
