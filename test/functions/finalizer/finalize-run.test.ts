import { describe, expect, test } from 'vitest';
import { createFinalizer } from '../../../functions/finalizer/finalize-run.ts';
import { toSqsRecord } from '../../../infra/local/queues/event-source.ts';
import type { Deps } from '../../../shared/ports.ts';
import type { BatchRecord, RunRecord } from '../../../shared/records/records.ts';
import { ids, makeBatch, makeCredential, makeRun, makeWebhookEndpoint } from '../../contract/make-record.ts';
import { makeFailure, makeOk, makeSpec } from '../../support/factories/sample-factory.ts';
import { createSimulation, originMs } from '../../support/simulation/simulated-deps.ts';

const load = { mode: 'concurrency' as const, stages: [{ concurrency: 2, requests: 4 }], warmupRequests: 0 };

/** Stores a run that waits for its report. Three of its four requests have a sample. */
async function storeEndedRun(change: Partial<RunRecord> = {}, batch: Partial<BatchRecord> = {}) {
  const { deps, sent } = createSimulation();
  const run = makeRun({ spec: makeSpec({ load }), status: 'finalizing', startedAtMs: originMs, ...change });
  const { runId, tenantId } = run;
  await deps.runs.create(run);
  await deps.batches.create(makeBatch({ runId, status: 'done', blocks: { 1: 1 }, ...batch }));
  const samples = [0, 1, 2].map((requestIndex) =>
    makeOk({ startMs: requestIndex, ttftMs: 100, e2eMs: 900 }, { requestIndex }),
  );
  await deps.blocks.put({ runId, stageIndex: 0, batchIndex: 0, attempt: 1, sequence: 0 }, samples, []);
  const events = ['run.completed', 'run.failed', 'run.canceled'] as const;
  await deps.webhookEndpoints.create(makeWebhookEndpoint({ tenantId, events: [...events] }));
  const record = toSqsRecord(
    { MessageId: 'm', Body: JSON.stringify({ kind: 'finalize', runId }) },
    'arn:aws:sqs:a:1:q',
  );
  const finalize = (own: Deps = deps) => createFinalizer(own)({ Records: [record] });
  return { deps, run, sent, finalize, getRun: () => deps.runs.get(runId), getReport: () => deps.reports.get(runId) };
}

const done = { batchItemFailures: [] };

describe('a run whose stages have ended', () => {
  test('gets its report and its final status, and its subscribers get an event', async () => {
    const { run, sent, finalize, getRun, getReport } = await storeEndedRun();
    expect(await finalize()).toEqual(done);
    expect(await getRun()).toMatchObject({ status: 'completed', endedAtMs: originMs, failure: null });
    expect(JSON.parse((await getReport()) ?? '')).toMatchObject({
      stages: [{ counts: { planned: 4, ok: 3, notSent: 1 } }],
    });
    expect(sent.map(({ message }) => message)).toEqual([
      { kind: 'deliver', tenantId: run.tenantId, deliveryId: expect.any(String) },
      { kind: 'archive', runId: run.runId },
    ]);
  });

  test('keeps the tenant’s credentials, and loses those that were created for it', async () => {
    const tenantId = ids.next('tenant');
    const [own, ephemeral] = [makeCredential({ tenantId }), makeCredential({ tenantId, ephemeral: true })];
    const { deps, finalize } = await storeEndedRun({ tenantId, ephemeralCredentialIds: [ephemeral.credentialId] });
    for (const credential of [own, ephemeral]) await deps.credentials.put(credential);
    await finalize();
    expect(await deps.credentials.get(tenantId, own.credentialId)).toEqual(own);
    expect(await deps.credentials.get(tenantId, ephemeral.credentialId)).toBeNull();
  });

  test('has the same report after a crash before the end, and its subscribers still get one event', async () => {
    const { deps, sent, finalize, getRun, getReport } = await storeEndedRun();
    const update: Deps['runs']['update'] = (id, expected, set) =>
      'endStatus' in set ? Promise.reject(new Error('the process died')) : deps.runs.update(id, expected, set);
    const failed = await finalize({ ...deps, runs: { ...deps.runs, update } });
    expect(failed).toEqual({ batchItemFailures: [{ itemIdentifier: 'm' }] });
    expect(await getRun()).toMatchObject({ status: 'finalizing' });
    const report = await getReport();
    await Promise.all([finalize(), finalize()]);
    expect(await finalize()).toEqual(done);
    expect(await getReport()).toBe(report);
    expect((await getRun())?.status).toBe('completed');
    expect(sent.filter(({ message }) => message.kind === 'deliver')).toHaveLength(1);
  });

  test('becomes visible without a second report after a crash between the stored and the visible status', async () => {
    const { deps, finalize, getRun } = await storeEndedRun();
    const update: Deps['runs']['update'] = (id, expected, set) =>
      'status' in set ? Promise.reject(new Error('the process died')) : deps.runs.update(id, expected, set);
    await finalize({ ...deps, runs: { ...deps.runs, update } });
    const put = () => Promise.reject(new Error('a second report'));
    expect(await finalize({ ...deps, reports: { ...deps.reports, put } })).toEqual(done);
    expect(await getRun()).toMatchObject({ status: 'completed', failure: null, usage: { requests: 3 } });
  });

  test('fails with a report of what was measured if the coordinator gave it up', async () => {
    const failure = { code: 'advance_failed', message: 'The service failed' };
    const { finalize, getRun, getReport } = await storeEndedRun({ failure });
    await finalize();
    expect(await getRun()).toMatchObject({ status: 'failed', failure });
    expect(JSON.parse((await getReport()) ?? '')).toMatchObject({ run: { failure }, stages: [{ counts: { ok: 3 } }] });
  });

  test('has a report that names a deleted baseline', async () => {
    const spec = makeSpec({ load, baseline: { runId: `run_${'0'.repeat(26)}` } });
    const { finalize, getReport } = await storeEndedRun({ spec });
    expect(await finalize()).toEqual(done);
    expect(await getReport()).toContain('the baseline run was deleted');
  });
});

describe('the final status', () => {
  test.each([
    ['canceled', null, { stop: 'run_canceled' }, {}],
    ['failed', 'run_duration', { stop: 'run_duration' }, {}],
    ['failed', 'error_rate', { stop: 'error_rate' }, {}],
    ['failed', 'cost_cap', { stop: 'cost_cap' }, {}],
    ['failed', 'worker_lost', {}, { status: 'failed', failure: { code: 'worker_lost', message: 'lost' } }],
    [
      'canceled',
      null,
      { stop: 'run_canceled' },
      { status: 'failed', failure: { code: 'worker_lost', message: 'lost' } },
    ],
  ] as const)('is %s with the failure %s for the stop %j and the batch %j', async (status, code, change, batch) => {
    const { finalize, getRun, getReport } = await storeEndedRun(change, batch);
    await finalize();
    expect(await getRun()).toMatchObject({ status, failure: code === null ? null : { code } });
    expect(await getReport()).not.toBeNull();
  });
});

describe('a run without a successful request', () => {
  const message = 'The connection could not be made: the connection was refused (ECONNREFUSED)';
  const fail = { outcome: 'connect', httpStatus: null, error: { code: 'connect', message } } as const;
  const spec = makeSpec({
    load,
    targets: ['a', 'b'].map((id) => ({ id, baseUrl: 'http://127.0.0.1:9', model: 'm' })),
  });
  const failAll = (stageIndex: number) => ({
    key: { stageIndex, batchIndex: 0, attempt: 1, sequence: 0 },
    samples: [0, 1, 2, 3].map((requestIndex) => makeFailure(requestIndex, 5, { requestIndex, ...fail })),
  });

  test('fails with the cause, address, and remedy, and keeps its report', async () => {
    const { deps, run, finalize, getRun, getReport } = await storeEndedRun({ spec }, { blocks: {} });
    for (const stageIndex of [0, 1]) {
      if (stageIndex > 0) await deps.batches.create(makeBatch({ runId: run.runId, stageIndex, status: 'done' }));
      await deps.batches.update({ runId: run.runId, stageIndex, batchIndex: 0 }, {}, { blocks: { 1: 1 } });
      const { key, samples } = failAll(stageIndex);
      await deps.blocks.put({ runId: run.runId, ...key }, samples, []);
    }
    await finalize();
    const failure = {
      code: 'no_good_request',
      message: expect.stringMatching(/a: 4 of 4 .*refused.* at http:..127.0.0.1:9\). Check .* b: 4 of 4 /),
    };
    expect(await getRun()).toMatchObject({ status: 'failed', failure });
    expect(JSON.parse((await getReport()) ?? '')).toMatchObject({ run: { failure }, trust: { result: 'suspect' } });
  });

  test('completes if one of its targets has a good request, and its report names the other', async () => {
    const { deps, run, finalize, getRun, getReport } = await storeEndedRun({ spec });
    await deps.batches.create(makeBatch({ runId: run.runId, stageIndex: 1, status: 'done', blocks: { 1: 1 } }));
    const { key, samples } = failAll(1);
    await deps.blocks.put({ runId: run.runId, ...key }, samples, []);
    await finalize();
    expect(await getRun()).toMatchObject({ status: 'completed', failure: null });
    const { trust } = JSON.parse((await getReport()) ?? '');
    expect(trust.reasons.join()).toMatch(/b at .*: no measured request succeeded: 4 of 4 failed/);
  });
});

describe('a finalize message', () => {
  test.each(['running', 'completed'] as const)('does nothing if the run is %s', async (status) => {
    const archive = { sha256: 'a'.repeat(64), archivedAtMs: originMs, samplesExpireAtMs: originMs };
    const { run, sent, finalize, getRun, getReport } = await storeEndedRun({ status, archive });
    expect(await finalize()).toEqual(done);
    expect([await getRun(), await getReport(), sent]).toEqual([run, null, []]);
  });

  test('does nothing if the run was deleted', async () => {
    const { deps, run, sent, finalize } = await storeEndedRun();
    await deps.runs.remove(run.runId, 1, 1);
    expect([await finalize(), sent]).toEqual([done, []]);
  });
});
