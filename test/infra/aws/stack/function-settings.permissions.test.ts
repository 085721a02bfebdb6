import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { endpoints } from '../../../../functions/api/endpoints.ts';
import { importBodySchema } from '../../../../functions/api/imports/read-import.ts';
import { createCoordinator } from '../../../../functions/coordinator/coordinator.ts';
import { countTimeouts } from '../../../../functions/notifier/pause-endpoint.ts';
import { createSupervisor } from '../../../../functions/supervisor/supervisor.ts';
import { functionNames, functionPermissions } from '../../../../infra/aws/stack/function-settings.ts';
import { deadLetterSuffix } from '../../../../shared/records/messages.ts';
import { runSpecInputSchema } from '../../../../shared/spec/run-spec.ts';
import { makeDelivery, makeRun, makeSchedule } from '../../../contract/make-record.ts';
import { type Answer, type Ask, type RecordedService, startRecordedService, wrapMessage } from './recorded-service.ts';

const [importExample] = z.array(z.unknown()).parse(importBodySchema.meta()?.['examples']);

let service: RecordedService;
const ask: Ask = (...args) => service.ask(...args);

beforeAll(async () => {
  service = await startRecordedService();
});

afterAll(() => service.close());

function makeSpec(change: Record<string, unknown> = {}, target: Record<string, unknown> = {}) {
  return {
    targets: [{ id: 'a', baseUrl: service.provider.url, model: 'fast', ...target }],
    workload: { kind: 'prompts', prompts: [{ prompt: 'Say one two three.' }], maxOutputTokens: 20 },
    load: { mode: 'concurrency', stages: [{ concurrency: 4, requests: 12 }], warmupRequests: 0 },
    ...change,
  };
}

/** Creates a run and waits for its end with the help of the supervisor. */
async function runToEnd(body: unknown, headers: Record<string, string> = {}): Promise<string> {
  const { runId } = await ask('createRun', {}, { body, headers });
  const supervise = createSupervisor(service.compose('supervisor'));
  const untilMs = Date.now() + 20_000;
  for (let tick = 0; Date.now() < untilMs; tick++) {
    const { status } = await ask('getRun', { runId });
    if (['completed', 'failed', 'canceled'].includes(status)) {
      expect(status).toBe('completed');
      return runId;
    }
    if (tick % 2 === 1) await supervise();
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  throw new Error(`The run did not end: ${JSON.stringify(await ask('getRun', { runId }))}`);
}

async function useRuns(credentialId: string, datasetId: string): Promise<string> {
  const pricing = { inputPerMillionTokens: 1, outputPerMillionTokens: 2 };
  // A hand-over, an ephemeral credential, a cost cap, and webhooks in the spec.
  const load = { mode: 'concurrency', stages: [{ concurrency: 2, requests: 24 }], warmupRequests: 0 };
  const limits = { requestTimeoutMs: 2_000, maxCostUsd: 1 };
  const webhooks = [{ url: service.receiver.url, events: ['run.started', 'run.completed'] }];
  const target = { model: 'slow', apiKey: 'sk-of-the-run', pricing };
  const key = { 'idempotency-key': 'once' };
  const runId = await runToEnd(makeSpec({ load, limits, webhooks }, target), key);
  // An early stop and a search read samples during the run; a dataset provides the prompts.
  const precise = { mode: 'concurrency', stages: [{ concurrency: 4, requests: 60 }], warmupRequests: 0 };
  const stopWhen = { metric: 'ttftMs', statistic: 'p50', relativeHalfWidth: 0.5, minRequests: 20 };
  const other = await runToEnd(makeSpec({ load: { ...precise, stopWhen } }, { credentialId }));
  const search = { find: 'slo', max: 2, slos: [{ metric: 'errorRate', op: '<=', value: 0.01 }] };
  await runToEnd(
    makeSpec({
      workload: { kind: 'dataset', datasetId },
      load: { mode: 'sweep', search, requests: 4, warmupRequests: 0 },
    }),
  );
  const checked = makeSpec({}, { apiKey: 'sk-of-the-check' });
  const { targetCheckId, passed } = await ask('createTargetCheck', {}, { body: { targets: checked.targets } });
  expect(passed).toBe(true);
  await ask('getTargetCheck', { targetCheckId });
  await ask('listRuns');
  await ask('getReport', { runId });
  await ask('listSamples', { runId });
  await ask('compareRuns', {}, { query: `?runs=${runId},${other}` });
  await ask('getManifest', { runId });
  await readExpired(other);
  await ask('createImport', {}, { body: importExample });
  await ask('createEstimate', {}, { body: makeSpec({ workload: { kind: 'dataset', datasetId } }) });
  const rerun = await ask('rerunRun', { runId }, { body: { apiKeys: { a: 'sk-again' } } });
  await ask('cancelRun', { runId: rerun.runId });
  return runId;
}

/** The finalizer reads the samples of a baseline from the archive after they have expired. */
async function readExpired(runId: string): Promise<void> {
  const { runs } = service.compose('outside');
  const readArchive = async () => (await runs.get(runId))?.archive ?? null;
  await expect.poll(readArchive, { timeout: 10_000 }).not.toBeNull();
  const archive = await readArchive();
  await runs.update(runId, {}, { archive: archive === null ? null : { ...archive, samplesExpireAtMs: 1 } });
  await runToEnd(makeSpec({ baseline: { runId } }));
}

async function useTheRest(webhookEndpointId: string): Promise<void> {
  await service.receiver.waitFor(2);
  const { items } = await ask('listDeliveries', { webhookEndpointId });
  await expect.poll(async () => (await ask('listDeliveries', { webhookEndpointId })).items[0].status).toBe('delivered');
  await refuseAndTryAgain(webhookEndpointId, items[0].deliveryId);
  for (const operation of ['getHealth', 'getOpenapi', 'getDocs']) await ask(operation);
}

/** The receiver fails once: the notifier schedules the next attempt, and the supervisor sends it when due. */
async function refuseAndTryAgain(webhookEndpointId: string, deliveryId: string): Promise<void> {
  const { deliveries, runs } = service.compose('outside');
  service.receiver.answer(500);
  const made = await ask('redeliver', { webhookEndpointId, deliveryId });
  const attempts = async () => {
    const { items } = await ask('listDeliveries', { webhookEndpointId });
    return items.find((delivery: Answer) => delivery.deliveryId === made.deliveryId).attempts.length;
  };
  await expect.poll(attempts).toBe(1);
  service.receiver.answer(204);
  const run = await runs.get(made.runId);
  const due = { status: 'pending' as const, nextAttemptAtMs: Date.now() - 1 };
  await deliveries.update(run?.tenantId ?? '', made.deliveryId, {}, due);
  await createSupervisor(service.compose('supervisor'))();
  await expect.poll(attempts).toBe(2);
}

/** The supervisor starts the run of a due schedule with a webhook, a credential, a dataset, and a price book entry. */
async function runSchedule(credentialId: string, datasetId: string, ofRun: string): Promise<string> {
  const { schedules, runs } = service.compose('outside');
  const webhooks = [{ url: service.receiver.url, events: ['run.completed'] }];
  const pricing = { priceBookEntry: 'anyscale.llama-2-70b-chat', asOf: '2023-11-30' };
  const spec = makeSpec({ workload: { kind: 'dataset', datasetId }, webhooks }, { credentialId, pricing });
  const { scheduleId } = await ask('createSchedule', {}, { body: { spec, intervalMs: 3_600_000 } });
  const tenantId = (await runs.get(ofRun))?.tenantId ?? '';
  // The second time, it checks whether the previous run has ended.
  for (let due = 0; due < 2; due++) {
    await schedules.update(tenantId, scheduleId, {}, { nextAtMs: Date.now() - 1 });
    await createSupervisor(service.compose('supervisor'))();
  }
  const record = await schedules.get(tenantId, scheduleId);
  expect(record?.lastRunId, JSON.stringify(record?.lastFailure)).not.toBeNull();
  await ask('cancelRun', { runId: record?.lastRunId ?? '' });
  // The first run of a tenant also counts what the tenant has.
  const first = makeSchedule({ spec: runSpecInputSchema.parse(makeSpec()), nextAtMs: Date.now() - 1 });
  await schedules.create(first);
  await createSupervisor(service.compose('supervisor'))();
  const started = await schedules.get(first.tenantId, first.scheduleId);
  expect(started?.lastRunId, JSON.stringify(started)).not.toBeNull();
  return scheduleId;
}

/** Handles dead letters of a queued batch and of a run that waits for its report. */
async function giveUpLetters(): Promise<void> {
  const deps = service.compose('outside');
  const coordinator = createCoordinator(service.compose('coordinator'));
  const target = { apiKey: 'sk-of-the-run' };
  const { runId } = await ask('createRun', {}, { body: makeSpec({}, { ...target, model: 'endless' }) });
  // A rerun of an active run takes over its key.
  await ask('cancelRun', await ask('rerunRun', { runId }, { body: {} }));
  await expect.poll(async () => (await deps.batches.list(runId)).length, { timeout: 5_000 }).toBe(1);
  await deps.runs.update(runId, {}, { status: 'finalizing', finalizeSentAtMs: Date.now() });
  await coordinator(wrapMessage({ kind: 'finalize', runId }, deadLetterSuffix));
  const [batch] = await deps.batches.list(runId);
  if (batch === undefined) throw new Error('no batch');
  await deps.batches.update(batch, {}, { status: 'queued', attempt: batch.attempt });
  await coordinator(
    wrapMessage({ kind: 'batch', runId, stageIndex: 0, batchIndex: 0, attempt: batch.attempt }, deadLetterSuffix),
  );
}

/** Lets an endpoint time out until it is paused, so that another endpoint receives the event. */
async function pauseEndpoint(runId: string): Promise<void> {
  const created = [
    await ask('createWebhookEndpoint', {}, { body: { url: service.receiver.url } }),
    await ask(
      'createWebhookEndpoint',
      {},
      { body: { url: service.receiver.url, events: ['webhook_endpoint.paused'] } },
    ),
  ];
  const [{ webhookEndpointId }] = created;
  const run = await service.compose('outside').runs.get(runId);
  if (run === null) throw new Error('no run');
  const delivery = makeDelivery({ tenantId: run.tenantId, webhookEndpointId, runId });
  for (const isTimeout of [true, true, true, false])
    await countTimeouts(service.compose('notifier'), delivery, isTimeout);
  for (const endpoint of created) await ask('deleteWebhookEndpoint', endpoint);
}

/** Deletes a run with its objects. The message of another removal is lost, so the supervisor sends it again. */
async function removeRuns(runId: string): Promise<void> {
  const { objects, runs } = service.compose('outside');
  for (const folder of ['runs', 'answers'])
    await objects.put(`${folder}/${runId}/x`, new Uint8Array(1), { contentType: 'text/plain' });
  await ask('deleteRun', { runId });
  const lost = makeRun({ status: 'completed' });
  await runs.create(lost);
  await runs.remove(lost.runId, 1, 1);
  await createSupervisor(service.compose('supervisor'))();
  for (const removed of [runId, lost.runId]) await expect.poll(() => runs.getRemoved(removed)).toBeNull();
}

/** Calls all other operations with the examples of the contract, so that new operations are also recorded. */
async function askByExample(values: Record<string, string>, except: readonly string[]): Promise<void> {
  const inOrder = ['post', 'put', 'patch', 'get', 'delete'].flatMap((method) =>
    endpoints.filter((endpoint) => endpoint.method === method),
  );
  for (const { operationId, body: { content = {} } = {} } of inOrder) {
    if (service.asked.has(operationId) || except.includes(operationId)) continue;
    const examples = content['application/json']?.schema.meta()?.['examples'];
    await ask(operationId, values, Array.isArray(examples) ? { body: examples[0], bound: 500 } : { bound: 500 });
  }
}

describe('a role has exactly the permissions that its function needs', () => {
  test('according to the calls of the whole service', async () => {
    const { credentialId } = await ask('createCredential', {}, { body: { name: 'c', apiKey: 'sk-lasting' } });
    const once = { body: { name: 'k', scopes: ['runs:read'] }, headers: { 'idempotency-key': 'the-same-key' } };
    const { apiKeyId } = await ask('createApiKey', {}, once);
    // A retry opens the secrets of the response.
    expect((await ask('createApiKey', {}, once)).apiKeyId).toBe(apiKeyId);
    const text = '{"prompt":"Say one.","maxOutputTokens":9}\n'.repeat(3);
    const { datasetId } = await ask('createDataset', {}, { text, query: '?kind=prompts' });
    const hook = { url: service.receiver.url, events: ['run.completed'] };
    const { webhookEndpointId } = await ask('createWebhookEndpoint', {}, { body: hook });
    const runId = await useRuns(credentialId, datasetId);
    await useTheRest(webhookEndpointId);
    await pauseEndpoint(runId);
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
    await removeRuns(runId);
    for (const [operation, values] of Object.entries(atTheEnd)) await ask(operation, values);
    await ask('updateWebhookEndpoint', { webhookEndpointId }, { body: { disabled: true } });
    await ask('deleteWebhookEndpoint', { webhookEndpointId });

    expect([...service.asked].sort()).toEqual(endpoints.map(({ operationId }) => operationId).sort());
    expect(service.bus.errors).toEqual([]);
    expect(service.recorder.unknown).toEqual([]);
    const recorded = Object.fromEntries(
      functionNames.map((name) => {
        const calls = Object.entries(service.recorder.calls.get(name) ?? {});
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
