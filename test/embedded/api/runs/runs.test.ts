import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { removeRun } from '../../../../functions/finalizer/remove-run.ts';
import { planRun } from '../../../../shared/plan/plan-run.ts';
import { buildBatch, noProgress } from '../../../../shared/records/manifest.ts';
import { enqueueEvent } from '../../../../shared/runs/enqueue-event.ts';
import { type ApiBench, leastSpec, openApiBench } from '../../../support/service/api-bench.ts';

let bench: ApiBench;
beforeAll(async () => {
  bench = await openApiBench({ MAX_ACTIVE_RUNS_PER_TENANT: '1000' });
});
afterAll(() => bench.close());

const create = async (change: Record<string, unknown> = {}) =>
  (await bench.ask('POST', '/v1/runs', { body: leastSpec(change) })).json;

test('progress says since when a run waits for workers, until its group starts or the run stops', async () => {
  const { runs, stages, batches } = bench.deps;
  const { runId } = await create();
  const readWait = async () => (await bench.ask('GET', `/v1/runs/${runId}`)).json.progress.waitingSince;
  expect(await readWait()).toBeNull();
  await runs.update(runId, {}, { status: 'running', startedAtMs: 1_700_000_000_000 });
  await stages.open({ runId, stageIndex: 0, openedAtMs: 1_700_000_001_000 });
  const key = { runId, stageIndex: 0 };
  const queuedAtMs = 1_700_000_031_000; // the message was sent again
  for (const batchIndex of [0, 1]) await batches.create(buildBatch({ ...key, batchIndex, queuedAtMs }));
  expect(await readWait()).toBe('2023-11-14T22:13:21.000Z');
  await batches.update({ ...key, batchIndex: 0 }, {}, { status: 'running' });
  expect(await readWait()).toBe('2023-11-14T22:13:21.000Z');
  await batches.update({ ...key, batchIndex: 1 }, {}, { status: 'running' });
  expect(await readWait()).toBeNull();
  await batches.update({ ...key, batchIndex: 1 }, {}, { status: 'queued' });
  await runs.update(runId, {}, { stop: 'run_canceled' });
  expect(await readWait()).toBeNull();
  await runs.update(runId, {}, { stop: null });
  await stages.agreeStart(runId, 0, 1_700_000_040_000);
  expect(await readWait()).toBeNull();
});

describe('creating a run', () => {
  test('returns 202 with the location of a queued run and starts it', async () => {
    const answer = await bench.ask('POST', '/v1/runs', {
      body: leastSpec({ name: 'first', metadata: { commit: 'abc' } }),
    });
    expect(answer.status).toBe(202);
    expect(answer.headers.get('location')).toBe(`/v1/runs/${answer.json.runId}`);
    expect(answer.json).toMatchObject({ status: 'queued', name: 'first', verdict: null, metadata: { commit: 'abc' } });
    expect(bench.sent).toContainEqual({ kind: 'advance', runId: answer.json.runId });
  });

  test('adds the defaults, target ids and a seed', async () => {
    const { spec, progress } = await create();
    expect(spec.targets[0].id).toBe('target-1');
    expect(spec.workload).toMatchObject({ kind: 'sonnet', inputTokens: { mean: 550, stddev: 150 } });
    expect(spec.load).toEqual({ mode: 'concurrency', stages: [{ concurrency: 5, requests: 150 }], warmupRequests: 5 });
    expect(spec.seed).toBeGreaterThanOrEqual(0);
    expect(progress).toMatchObject({ planned: 150, ended: 0, share: 0, elapsedMs: null, remainingMs: null });
  });

  test('high priority needs the scope runs:prioritize, also in schedules, and a rerun without it has normal priority', async () => {
    const key = await bench.keyWith(['runs:read', 'runs:write']);
    const spec = leastSpec({ priority: 'high' });
    const asked = { '/v1/runs': spec, '/v1/schedules': { intervalMs: 3_600_000, spec } };
    for (const [path, body] of Object.entries(asked)) {
      const refused = await bench.ask('POST', path, { key, body });
      expect([path, refused.status, refused.json.detail]).toEqual([path, 403, expect.stringContaining('prioritize')]);
    }
    expect((await create({ priority: 'low' })).priority).toBe('low');
    const { runId, priority } = await create({ priority: 'high' });
    expect(priority).toBe('high');
    const path = `/v1/runs/${runId}/rerun`;
    expect((await bench.ask('POST', path)).json.priority).toBe('high');
    expect((await bench.ask('POST', path, { key })).json.priority).toBe('normal');
  });

  test('keeps the seed of the spec', async () => {
    expect((await create({ seed: 117 })).spec.seed).toBe(117);
  });

  test('rejects a run above the maximum number of active runs', async () => {
    const narrow = await openApiBench({ MAX_ACTIVE_RUNS_PER_TENANT: '1' });
    await narrow.ask('POST', '/v1/runs', { body: leastSpec() });
    const refused = await narrow.ask('POST', '/v1/runs', { body: leastSpec() });
    await narrow.close();
    expect(refused.status).toBe(429);
    expect(refused.json.code).toBe('QUOTA_EXCEEDED');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('creates an endpoint for each webhook in the spec, with a readable secret', async () => {
    const run = await create({ webhooks: [{ url: 'https://hooks.example.com/x' }] });
    expect(run.webhookEndpointIds).toHaveLength(1);
    const path = `/v1/webhook-endpoints/${run.webhookEndpointIds[0]}`;
    const endpoint = (await bench.ask('GET', path)).json;
    expect(endpoint).toMatchObject({ runId: run.runId, url: 'https://hooks.example.com/x' });
    const { secret } = (await bench.ask('GET', `${path}/secret`)).json;
    expect(Buffer.from(secret.replace(/^whsec_/, ''), 'base64').length).toBeGreaterThanOrEqual(24);
  });
});

describe('reading runs', () => {
  test('returns the last reported progress and the remaining work', async () => {
    const run = await create({ load: { mode: 'concurrency', stages: [{ concurrency: 5, requests: 100 }] } });
    const startedAtMs = Date.now() - 10_000;
    await bench.deps.runs.update(run.runId, {}, { status: 'running', startedAtMs });
    await bench.deps.batches.create({
      runId: run.runId,
      stageIndex: 0,
      batchIndex: 0,
      status: 'running',
      attempt: 1,
      failures: 0,
      queuedAtMs: startedAtMs,
      leaseOwner: 'w',
      leaseExpiresAtMs: null,
      blocks: {},
      progress: { ...noProgress, issued: 30, inFlight: 5, ok: 20, failed: 5, warmupDone: 5, busyMs: 30_000 },
      peakEnded: 0,
      repeatedSteps: 0,
      attempts: [],
      notSentReason: null,
      failure: null,
    });
    const { progress } = (await bench.ask('GET', `/v1/runs/${run.runId}`)).json;
    expect(progress).toMatchObject({ planned: 100, ended: 25, share: 0.25 });
    expect(progress.stages[0]).toMatchObject({
      targetId: 'target-1',
      status: 'running',
      issued: 30,
      inFlight: 5,
      ok: 20,
      failed: 5,
    });
    expect(progress.elapsedMs).toBeGreaterThanOrEqual(10_000);
    // 30 requests took 1 s each, so the 73 that are left take 15 waves of 5 streams.
    expect(progress.remainingMs).toBe(15_000);
  });

  test('lists runs newest first in pages, each run once', async () => {
    const key = await bench.foreignKey();
    const made: string[] = [];
    for (let index = 0; index < 5; index++)
      made.push((await bench.ask('POST', '/v1/runs', { key, body: leastSpec() })).json.runId);
    const listed: string[] = [];
    let path: string | null = '/v1/runs?limit=2';
    while (path !== null) {
      const page = await bench.ask('GET', path, { key });
      listed.push(...page.json.items.map((run: { runId: string }) => run.runId));
      path = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1] ?? null;
    }
    expect(listed).toEqual(made.toReversed());
  });

  test('waits until the run is finished if requested', async () => {
    const { runId } = await create();
    const waiting = bench.ask('GET', `/v1/runs/${runId}`, { headers: { prefer: 'wait=20' } });
    await bench.deps.runs.update(runId, {}, { status: 'failed', endedAtMs: Date.now() });
    const answer = await waiting;
    expect(answer.json.status).toBe('failed');
    expect(answer.headers.get('preference-applied')).toBe('wait=20');
  });

  test('returns the current run when the wait is over', async () => {
    const { runId } = await create();
    const answer = await bench.ask('GET', `/v1/runs/${runId}`, { headers: { prefer: 'respond-async, wait=1' } });
    expect(answer.json.status).toBe('queued');
  });

  test('waits no longer than MAX_WAIT_SECONDS, and says so', async () => {
    const hasty = await openApiBench({ MAX_WAIT_SECONDS: '0' });
    const headers = { prefer: 'wait=60' };
    const created = await hasty.ask('POST', '/v1/runs', { body: leastSpec(), headers });
    const read = await hasty.ask('GET', `/v1/runs/${created.json.runId}`, { headers });
    await hasty.close();
    for (const answer of [created, read])
      expect([answer.json.status, answer.headers.get('preference-applied')]).toEqual(['queued', 'wait=0']);
  });

  test('counts the wait from the arrival of the request, so that a slow creation does not exceed the time limit', async () => {
    let nowMs = 0;
    const sleep = async (ms: number) => {
      nowMs += ms;
    };
    const clock = { nowMs: () => Date.now(), monotonicMs: () => nowMs, sleep };
    const slow = await openApiBench({}, { clock });
    const { create: store } = slow.deps.runs;
    slow.deps.runs.create = (run) => {
      nowMs += 20_000;
      return store(run);
    };
    const answer = await slow.ask('POST', '/v1/runs', { body: leastSpec(), headers: { prefer: 'wait=25' } });
    await slow.close();
    expect([answer.status, answer.json.status, nowMs]).toEqual([202, 'queued', 25_000]);
  });

  test('stops reading the store when the client disconnects', async () => {
    const { runId } = await create();
    const gone = new AbortController();
    const headers = { authorization: `Bearer ${bench.key}`, prefer: 'wait=25' };
    // Otherwise it would wait for 25 s.
    const waiting = bench.app.request(
      new Request(`http://api.test/v1/runs/${runId}`, { headers, signal: gone.signal }),
    );
    gone.abort();
    expect((await waiting).status).toBe(200);
  });
});

describe('cancel, rerun and delete', () => {
  test('cancel stops an active run, and a repeated call has no effect', async () => {
    const { runId } = await create();
    const first = await bench.ask('POST', `/v1/runs/${runId}/cancel`);
    const second = await bench.ask('POST', `/v1/runs/${runId}/cancel`);
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.json.stop).toBe('run_canceled');
    expect(bench.sent.at(-1)).toEqual({ kind: 'advance', runId });
  });

  test('cancel of a finished run is a conflict', async () => {
    const { runId } = await create();
    await bench.deps.runs.update(runId, {}, { status: 'completed' });
    expect((await bench.ask('POST', `/v1/runs/${runId}/cancel`)).status).toBe(409);
  });

  test('delete rejects an active run and removes a finished run with all its data', async () => {
    const body = {
      targets: [{ baseUrl: 'https://a.example.com', model: 'm', apiKey: 'sk-to-be-forgotten' }],
      webhooks: [{ url: 'https://hooks.example.com' }],
      metadata: { note: 'to be forgotten too' },
    };
    const run = (await bench.ask('POST', '/v1/runs', { body })).json;
    const stored = await bench.deps.runs.get(run.runId);
    if (stored === null) throw new Error('The run was not stored');
    await enqueueEvent(bench.deps, stored, 'run.completed');
    expect(await bench.dump()).toContain('to be forgotten too');
    const path = `/v1/runs/${run.runId}`;
    expect((await bench.ask('DELETE', path)).status).toBe(409);
    await bench.deps.runs.update(run.runId, {}, { status: 'completed' });
    expect((await bench.ask('DELETE', path)).status).toBe(204);
    expect((await bench.ask('GET', path)).status).toBe(404);
    expect((await bench.ask('DELETE', path)).status).toBe(404);
    expect(bench.sent.at(-1)).toEqual({ kind: 'remove', runId: run.runId });
    await removeRun(bench.deps, { kind: 'remove', runId: run.runId });
    expect(await bench.dump()).not.toContain(run.webhookEndpointIds[0]);
    expect(await bench.dump()).not.toContain('to be forgotten too');
    expect(await bench.dump()).not.toContain(run.spec.targets[0].credentialId);
  });

  test('rerun keeps spec, seed, plan and manifest hash', async () => {
    const first = await create({ seed: 7, name: 'again' });
    const second = (await bench.ask('POST', `/v1/runs/${first.runId}/rerun`)).json;
    expect(second).toMatchObject({ rerunOf: first.runId, spec: first.spec, manifestSha256: first.manifestSha256 });
    const [a, b] = await Promise.all([first, second].map(({ runId }) => bench.deps.runs.get(runId)));
    if (a == null || b == null) throw new Error('A run was not stored');
    expect(planRun(b.spec, b)).toEqual(planRun(a.spec, a));
  });

  test('rerun names each target without a key and accepts a key or a credential', async () => {
    const targets = ['one', 'two'].map((id) => ({
      id,
      baseUrl: 'https://a.example.com',
      model: 'm',
      apiKey: `sk-of-${id}`,
    }));
    const first = (await bench.ask('POST', '/v1/runs', { body: { targets } })).json;
    for (const { credentialId } of first.spec.targets)
      await bench.deps.credentials.remove(bench.tenantId, credentialId);
    const path = `/v1/runs/${first.runId}/rerun`;
    const refused = await bench.ask('POST', path, { body: {} });
    expect(refused.status).toBe(422);
    expect(refused.json.faults.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/apiKeys/one',
      '/apiKeys/two',
    ]);
    const { credentialId } = (await bench.ask('POST', '/v1/credentials', { body: { name: 'c', apiKey: 'sk-lasting' } }))
      .json;
    const body = { apiKeys: { one: 'sk-new' }, credentialIds: { two: credentialId } };
    const again = await bench.ask('POST', path, { body });
    expect(again.status).toBe(202);
    expect(again.json.spec.targets[1].credentialId).toBe(credentialId);
    expect(again.json.manifestSha256).toBe(first.manifestSha256);
  });

  test('rerun copies a key that still exists', async () => {
    const targets = [{ baseUrl: 'https://a.example.com', model: 'm', apiKey: 'sk-shared-for-now' }];
    const first = (await bench.ask('POST', '/v1/runs', { body: { targets } })).json;
    const second = (await bench.ask('POST', `/v1/runs/${first.runId}/rerun`)).json;
    const ids = [first, second].map(({ spec }) => spec.targets[0].credentialId);
    expect(ids[0]).not.toBe(ids[1]);
    const copy = await bench.deps.credentials.get(bench.tenantId, ids[1]);
    if (copy === null) throw new Error('There is no copy');
    const context = { tenantId: bench.tenantId, credentialId: ids[1] };
    expect(await bench.deps.secrets.open(copy.sealed, context)).toBe('sk-shared-for-now');
  });
});
