import type { SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { bootstrapApiKey } from '../../../../functions/api/api-keys/create-api-key.ts';
import { createApi } from '../../../../functions/api/app.ts';
import { endpoints } from '../../../../functions/api/endpoints.ts';
import { importBodySchema } from '../../../../functions/api/imports/read-import.ts';
import { createCoordinator } from '../../../../functions/coordinator/coordinator.ts';
import { createFinalizer } from '../../../../functions/finalizer/finalize-run.ts';
import { createNotifier } from '../../../../functions/notifier/deliver-webhook.ts';
import { createSupervisor } from '../../../../functions/supervisor/supervisor.ts';
import { createWorker } from '../../../../functions/worker/run-batch.ts';
import { functionPermissions } from '../../../../infra/aws/stack/function-permissions.ts';
import { type FunctionName, functionNames } from '../../../../infra/aws/stack/function-settings.ts';
import { toSqsRecord } from '../../../../infra/local/queues/event-source.ts';
import { startEmbeddedDynamodb } from '../../../../infra/local/stores/embedded-dynamodb.ts';
import { mapKinds, nameQueues } from '../../../../infra/message-kinds.ts';
import { createDynamodbClient } from '../../../../shared/adapters/aws-clients.ts';
import { ensureTable } from '../../../../shared/adapters/dynamodb/table.ts';
import { loadConfig } from '../../../../shared/config.ts';
import type { Deps } from '../../../../shared/ports.ts';
import { deadLetterSuffix, type Message, messageSchema } from '../../../../shared/records/messages.ts';
import { type StreamServer, startStreamServer } from '../../../support/servers/stream-server.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../../support/servers/webhook-receiver.ts';
import { composeAll } from '../../../support/service/compose-all.ts';
import { createMessageBus, type MessageBus } from '../../../support/service/message-bus.ts';
import { recordCalls } from './record-calls.ts';

const url = 'https://sqs.example.com';
const [importExample] = z.array(z.unknown()).parse(importBodySchema.meta()?.['examples']);
/** Time that a worker reserves for its end and its last request, plus some time to measure. */
const shortMs = 15_000 + 2_000 + 1_500;

let dynamodb: Awaited<ReturnType<typeof startEmbeddedDynamodb>>;
let provider: StreamServer;
let receiver: WebhookReceiver;
let bus: MessageBus;
let recorder: ReturnType<typeof recordCalls>;
let ask: (operationId: string, values?: Record<string, string>, options?: AskOptions) => Promise<Answer>;
const asked = new Set<string>();

type AskOptions = { body?: unknown; text?: string; headers?: Record<string, string>; query?: string; bound?: number };
// biome-ignore lint/suspicious/noExplicitAny: the API has its own tests; this test only reads ids
type Answer = any;

function depsOf(name: FunctionName | 'outside'): Deps {
  const config = loadConfig({
    TABLE_NAME: 'tokenmeter',
    AWS_REGION: name,
    DYNAMODB_ENDPOINT: dynamodb.endpoint,
    ...nameQueues(mapKinds((kind) => `${url}/${kind}`)),
    KMS_KEY_ID: 'key',
    EGRESS: 'loopback',
    LOG_LEVEL: 'silent',
    HEARTBEAT_MS: '100',
    BLOCK_FLUSH_MS: '50',
    RESEND_AFTER_MS: '1000',
  });
  return composeAll(config);
}

function eventOf(message: Message, suffix = ''): SQSEvent {
  const record = { MessageId: 'm', Body: JSON.stringify(message) };
  return { Records: [toSqsRecord(record, `arn:aws:sqs:us-east-1:000000000000:tokenmeter-${message.kind}${suffix}`)] };
}

function createAsk(deps: Deps, key: string): typeof ask {
  const app = createApi(deps, { openapiYaml: '', docs: { html: '', contentSecurityPolicy: '' } });
  return async (operationId, values = {}, { body, text, headers = {}, query = '', bound = 400 } = {}) => {
    const operation = endpoints.find((endpoint) => endpoint.operationId === operationId);
    if (operation === undefined) throw new Error(`Unknown operation ${operationId}`);
    asked.add(operationId);
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
    const type = text === undefined ? 'application/json' : 'text/plain';
    const sent = text ?? (body === undefined ? null : JSON.stringify(body));
    const response = await app.request(path + query, {
      method: operation.method.toUpperCase(),
      headers: { authorization: `Bearer ${key}`, ...(sent === null ? {} : { 'content-type': type }), ...headers },
      body: sent,
    });
    const answer = await response.text();
    expect(response.status, `${operationId}: ${answer}`).toBeLessThan(bound);
    return /^application\/json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(answer) : answer;
  };
}

beforeAll(async () => {
  dynamodb = await startEmbeddedDynamodb();
  provider = await startStreamServer();
  receiver = await startWebhookReceiver();
  await ensureTable(createDynamodbClient({ region: 'outside', dynamodbEndpoint: dynamodb.endpoint }), 'tokenmeter');
  let isFirstBatch = true;
  const worker = createWorker(depsOf('worker'));
  const doors = {
    advance: createCoordinator(depsOf('coordinator')),
    // The first worker has so little time that it hands over the rest.
    batch: (event: SQSEvent) => {
      const startMs = performance.now();
      const limitMs = isFirstBatch ? shortMs : 900_000;
      isFirstBatch = false;
      return worker(event, { getRemainingTimeInMillis: () => limitMs - (performance.now() - startMs) });
    },
    finalize: createFinalizer(depsOf('finalizer')),
    deliver: createNotifier(depsOf('notifier')),
  };
  bus = createMessageBus(
    async (message) => {
      const { batchItemFailures } = await doors[message.kind](eventOf(message));
      if (batchItemFailures.length > 0) throw new Error(`Message processing failed: ${JSON.stringify(message)}`);
    },
    { copies: 1, shuffle: false, maxDelayMs: 0, seed: 1 },
  );
  recorder = recordCalls((body) => bus.queue.send(messageSchema.parse(JSON.parse(body))));
  const { key } = await bootstrapApiKey(depsOf('outside'));
  ask = createAsk(depsOf('api'), key);
});

afterAll(async () => {
  await bus.close();
  recorder.stop();
  await Promise.all([receiver.close(), provider.close(), dynamodb.close()]);
});

function specOf(change: Record<string, unknown> = {}, target: Record<string, unknown> = {}) {
  return {
    targets: [{ id: 'a', baseUrl: provider.url, model: 'fast', ...target }],
    workload: { kind: 'prompts', prompts: [{ prompt: 'Say one two three.' }], maxOutputTokens: 20 },
    load: { mode: 'concurrency', stages: [{ concurrency: 4, requests: 12 }], warmupRequests: 0 },
    ...change,
  };
}

/** Creates a run and waits for its end with the help of the supervisor. */
async function runToEnd(body: unknown, headers: Record<string, string> = {}): Promise<string> {
  const { runId } = await ask('createRun', {}, { body, headers });
  const supervise = createSupervisor(depsOf('supervisor'));
  const untilMs = Date.now() + 20_000;
  for (let tick = 0; Date.now() < untilMs; tick++) {
    const { status } = await ask('getRun', { runId });
    if (['completed', 'failed', 'canceled'].includes(status)) {
      expect(status).toBe('completed');
      return runId;
    }
    if (tick % 5 === 4) await supervise();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The run did not end: ${JSON.stringify(await ask('getRun', { runId }))}`);
}

async function useRuns(credentialId: string, datasetId: string): Promise<string> {
  const pricing = { inputPerMillionTokens: 1, outputPerMillionTokens: 2 };
  // A hand-over, an ephemeral credential, a cost cap, and webhooks in the spec.
  const load = { mode: 'concurrency', stages: [{ concurrency: 2, requests: 24 }], warmupRequests: 0 };
  const limits = { requestTimeoutMs: 2_000, maxCostUsd: 1 };
  const webhooks = [{ url: receiver.url, events: ['run.started', 'run.completed'] }];
  const target = { model: 'slow', apiKey: 'sk-of-the-run', pricing };
  const key = { 'idempotency-key': 'once' };
  const runId = await runToEnd(specOf({ load, limits, webhooks }, target), key);
  // An early stop and a search read samples during the run; a dataset provides the prompts.
  const precise = { mode: 'concurrency', stages: [{ concurrency: 4, requests: 60 }], warmupRequests: 0 };
  const stopWhen = { metric: 'ttftMs', statistic: 'p50', relativeHalfWidth: 0.5, minRequests: 20 };
  const other = await runToEnd(specOf({ load: { ...precise, stopWhen } }, { credentialId }));
  const search = { find: 'slo', max: 2, slos: [{ metric: 'errorRate', op: '<=', value: 0.01 }] };
  await runToEnd(
    specOf({
      workload: { kind: 'dataset', datasetId },
      load: { mode: 'sweep', search, requests: 4, warmupRequests: 0 },
    }),
  );
  await ask('listRuns');
  await ask('getReport', { runId });
  await ask('listSamples', { runId });
  await ask('compareRuns', {}, { query: `?runs=${runId},${other}` });
  await ask('getManifest', { runId });
  await ask('createImport', {}, { body: importExample });
  await ask('createEstimate', {}, { body: specOf({ workload: { kind: 'dataset', datasetId } }) });
  const rerun = await ask('rerunRun', { runId }, { body: { apiKeys: { a: 'sk-again' } } });
  await ask('cancelRun', { runId: rerun.runId });
  return runId;
}

async function useTheRest(webhookEndpointId: string): Promise<void> {
  await receiver.waitFor(2);
  const { items } = await ask('listDeliveries', { webhookEndpointId });
  await expect.poll(async () => (await ask('listDeliveries', { webhookEndpointId })).items[0].status).toBe('delivered');
  await refuseAndTryAgain(webhookEndpointId, items[0].deliveryId);
  for (const operation of ['getHealth', 'getOpenapi', 'getDocs']) await ask(operation);
}

/** The receiver fails once: the notifier schedules the next attempt, and the supervisor sends it when due. */
async function refuseAndTryAgain(webhookEndpointId: string, deliveryId: string): Promise<void> {
  const { deliveries, runs } = depsOf('outside');
  receiver.answer(500);
  const made = await ask('redeliver', { webhookEndpointId, deliveryId });
  const attempts = async () => {
    const { items } = await ask('listDeliveries', { webhookEndpointId });
    return items.find((delivery: Answer) => delivery.deliveryId === made.deliveryId).attempts.length;
  };
  await expect.poll(attempts).toBe(1);
  receiver.answer(204);
  const run = await runs.get(made.runId);
  await deliveries.update(run?.tenantId ?? '', made.deliveryId, {}, { nextAttemptAtMs: Date.now() - 1 });
  await createSupervisor(depsOf('supervisor'))();
  await expect.poll(attempts).toBe(2);
}

/** The supervisor starts the run of a due schedule with a webhook, a credential, a dataset, and a price book entry. */
async function runSchedule(credentialId: string, datasetId: string, ofRun: string): Promise<string> {
  const { schedules, runs } = depsOf('outside');
  const webhooks = [{ url: receiver.url, events: ['run.completed'] }];
  const pricing = { priceBookEntry: 'anyscale.llama-2-70b-chat', asOf: '2023-11-30' };
  const spec = specOf({ workload: { kind: 'dataset', datasetId }, webhooks }, { credentialId, pricing });
  const { scheduleId } = await ask('createSchedule', {}, { body: { spec, intervalMs: 3_600_000 } });
  const tenantId = (await runs.get(ofRun))?.tenantId ?? '';
  // The second time, it checks whether the previous run has ended.
  for (let due = 0; due < 2; due++) {
    await schedules.update(tenantId, scheduleId, {}, { nextAtMs: Date.now() - 1 });
    await createSupervisor(depsOf('supervisor'))();
  }
  const record = await schedules.get(tenantId, scheduleId);
  expect(record?.lastRunId, JSON.stringify(record?.lastFailure)).not.toBeNull();
  await ask('cancelRun', { runId: record?.lastRunId ?? '' });
  return scheduleId;
}

/** Handles dead letters of a queued batch and of a run that waits for its report. */
async function giveUpLetters(): Promise<void> {
  const deps = depsOf('outside');
  const coordinator = createCoordinator(depsOf('coordinator'));
  const target = { apiKey: 'sk-of-the-run' };
  const { runId } = await ask('createRun', {}, { body: specOf({}, { ...target, model: 'endless' }) });
  await expect.poll(async () => (await deps.batches.list(runId)).length, { timeout: 5_000 }).toBe(1);
  await deps.runs.update(runId, {}, { status: 'finalizing', finalizeSentAtMs: Date.now() });
  await coordinator(eventOf({ kind: 'finalize', runId }, deadLetterSuffix));
  const [batch] = await deps.batches.list(runId);
  if (batch === undefined) throw new Error('no batch');
  await deps.batches.update(batch, {}, { status: 'queued', attempt: batch.attempt });
  await coordinator(
    eventOf({ kind: 'batch', runId, stageIndex: 0, batchIndex: 0, attempt: batch.attempt }, deadLetterSuffix),
  );
}

/** Calls all other operations with the examples of the contract, so that new operations are also recorded. */
async function askByExample(values: Record<string, string>, except: readonly string[]): Promise<void> {
  const inOrder = ['post', 'put', 'patch', 'get', 'delete'].flatMap((method) =>
    endpoints.filter((endpoint) => endpoint.method === method),
  );
  for (const { operationId, body: { content = {} } = {} } of inOrder) {
    if (asked.has(operationId) || except.includes(operationId)) continue;
    const examples = content['application/json']?.schema.meta()?.['examples'];
    await ask(operationId, values, Array.isArray(examples) ? { body: examples[0], bound: 500 } : { bound: 500 });
  }
}

describe('a role has exactly the permissions that its function needs', () => {
  test('according to the calls of the whole service', async () => {
    const { credentialId } = await ask('createCredential', {}, { body: { name: 'c', apiKey: 'sk-lasting' } });
    const { apiKeyId } = await ask('createApiKey', {}, { body: { name: 'k', scopes: ['runs:read'] } });
    const text = '{"prompt":"Say one.","maxOutputTokens":9}\n'.repeat(3);
    const { datasetId } = await ask('createDataset', {}, { text, query: '?kind=prompts' });
    const hook = { url: receiver.url, events: ['run.completed'] };
    const { webhookEndpointId } = await ask('createWebhookEndpoint', {}, { body: hook });
    const runId = await useRuns(credentialId, datasetId);
    await useTheRest(webhookEndpointId);
    await giveUpLetters();
    for (const list of ['listCredentials', 'listApiKeys', 'listDatasets', 'listWebhookEndpoints']) await ask(list);
    const atTheEnd = {
      getCredential: { credentialId },
      getApiKey: { apiKeyId },
      getDataset: { datasetId },
      getDatasetContent: { datasetId },
      getWebhookEndpoint: { webhookEndpointId },
      getWebhookSecret: { webhookEndpointId },
      deleteCredential: { credentialId },
      revokeApiKey: { apiKeyId },
      deleteDataset: { datasetId },
    };
    const scheduleId = await runSchedule(credentialId, datasetId, runId);
    await askByExample({ runId, scheduleId, name: 'ttft' }, [
      ...Object.keys(atTheEnd),
      'deleteRun',
      'updateWebhookEndpoint',
      'deleteWebhookEndpoint',
    ]);
    await ask('deleteRun', { runId });
    for (const [operation, values] of Object.entries(atTheEnd)) await ask(operation, values);
    await ask('updateWebhookEndpoint', { webhookEndpointId }, { body: { disabled: true } });
    await ask('deleteWebhookEndpoint', { webhookEndpointId });

    expect([...asked].sort()).toEqual(endpoints.map(({ operationId }) => operationId).sort());
    expect(bus.errors).toEqual([]);
    expect(recorder.unknown).toEqual([]);
    const recorded = Object.fromEntries(
      functionNames.map((name) => {
        const calls = Object.entries(recorder.calls.get(name) ?? {});
        return [name, Object.fromEntries(calls.map(([kind, found]) => [kind, [...found].sort()]))];
      }),
    );
    const granted = Object.fromEntries(
      Object.entries(functionPermissions).map(([name, may]) => [
        name,
        Object.fromEntries(Object.entries(may).map(([kind, allowed]) => [kind, [...allowed].sort()])),
      ]),
    );
    expect(recorded).toEqual(granted);
  }, 60_000);
});
