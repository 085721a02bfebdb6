import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AttributeValue, paginateScan } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localTableName } from '../../../infra/local/local-settings.ts';
import { startEmbeddedDynamodb } from '../../../infra/local/stores/embedded-dynamodb.ts';
import { createDynamodbClient } from '../../../shared/adapters/aws-clients.ts';
import type { ScriptedServer } from '../../support/servers/scripted-server.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../support/servers/webhook-receiver.ts';
import { type ServiceProcess, startServiceProcess } from '../../support/service/service-process.ts';
import { recordCases } from '../record-cases.ts';
import { createCanaries } from './canary.ts';
import { startEchoServer } from './echo-server.ts';
import { getSecretPart, plantInRequests, plantInRuns } from './plant-canaries.ts';
import { plantInConnections } from './plant-in-connections.ts';
import { createSurface, type Surface } from './surface.ts';

/** A text that is not secret. The search must find it everywhere, or it would not find a secret either. */
const marker = 'marker-5f1d0c9e7a';
/** Files that exist to keep a secret. */
const keyFiles = ['local-api-key', 'master.key'];

const nest = createCanaries();
let provider: ScriptedServer;
let receiver: WebhookReceiver;
let service: ServiceProcess;
let surface: Surface;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tokenmeter-canaries-'));
  provider = await startEchoServer();
  receiver = await startWebhookReceiver();
  const limits = { MAX_ACTIVE_RUNS_PER_TENANT: '100', RATE_LIMIT_PER_MINUTE: '100000' };
  service = await startServiceProcess(dataDir, {
    LOG_LEVEL: 'debug',
    ...limits,
    TENANT_RATE_LIMIT_PER_MINUTE: '100000',
  });
  nest.add('the first API key', getSecretPart(service.apiKey));
  nest.add('the master key', await readFile(join(dataDir, 'master.key'), 'latin1'));
  surface = createSurface(service);
  await plantInRuns(surface, nest, { provider, receiver, marker });
  await plantInConnections(surface, nest, { provider });
  await plantInRequests(surface, nest, { provider, marker });
  await surface.readEverything();
  await service.stop();
}, 300_000);
afterAll(async () => {
  await service.stop();
  await receiver.close();
  await provider.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function readItems(): Promise<Record<string, AttributeValue>[]> {
  const dynamodb = await startEmbeddedDynamodb({ dataDir });
  const client = createDynamodbClient({ dynamodbEndpoint: dynamodb.endpoint, region: 'us-east-1' });
  const items: Record<string, AttributeValue>[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName: localTableName })) items.push(...Items);
  client.destroy();
  await dynamodb.close();
  return items;
}

const listBinaries = (item: Record<string, AttributeValue>) =>
  Object.values(item).flatMap(({ B }) => (B === undefined ? [] : [B]));

describe('Canaries', () => {
  test('the target received the secrets', () => {
    const received = provider.requests.map(({ head }) => head).join('\n');
    expect(nest.find(received).length).toBeGreaterThan(20);
  });

  test('responses, reports, samples, and exports contain no secret', (context) => {
    const { answers } = surface;
    const observed = `${nest.canaries.length} secrets in ${answers.length} responses`;
    recordCases(context, answers.length * nest.canaries.length, observed);
    expect(answers.some(({ bytes }) => bytes.includes(marker))).toBe(true);
    expect(answers.filter(({ bytes }) => bytes.includes('"format":"tokenmeter-exchange"')).length).toBeGreaterThan(20);
    expect(answers.flatMap(({ what, bytes }) => nest.find(bytes).map((found) => `${what}: ${found}`))).toEqual([]);
  });

  test('the log contains no secret', (context) => {
    const lines = service
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'));
    recordCases(context, nest.canaries.length, `${lines.length} lines`);
    expect(nest.find(lines.join('\n'))).toEqual([]);
  });

  test('webhooks contain no secret', (context) => {
    recordCases(context, nest.canaries.length, `${receiver.received.length} deliveries`);
    expect(receiver.received.length).toBeGreaterThan(5);
    expect(nest.find(JSON.stringify(receiver.received))).toEqual([]);
  });

  test('stored items contain no secret, compressed or not', async (context) => {
    const items = await readItems();
    recordCases(context, nest.canaries.length, `${items.length} items`);
    expect(JSON.stringify(items)).toContain(marker);
    expect(nest.find(JSON.stringify(items))).toEqual([]);
    expect(items.flatMap((item) => listBinaries(item).flatMap((bytes) => nest.find(bytes)))).toEqual([]);
  });

  test('files of the data directory contain no secret', async (context) => {
    const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && !keyFiles.includes(entry.name));
    for (const { parentPath, name } of files)
      expect(nest.find((await readFile(join(parentPath, name))).toString('latin1')), name).toEqual([]);
    recordCases(context, nest.canaries.length * files.length, `${files.length} files`);
  });
});
