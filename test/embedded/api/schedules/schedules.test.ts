import { afterAll, beforeAll, expect, test } from 'vitest';
import { superviseRuns } from '../../../../functions/supervisor/supervisor.ts';
import { type ApiBench, leastSpec, openApiBench } from '../../../support/service/api-bench.ts';

const startMs = Date.UTC(2026, 0, 31, 12);
let nowMs = startMs;
let bench: ApiBench;
beforeAll(async () => {
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs, sleep: async () => {} };
  bench = await openApiBench({}, { clock });
});
afterAll(() => bench.close());

const make = (change: object = {}) =>
  bench.ask('POST', '/v1/schedules', { body: { intervalMs: 3_600_000, spec: leastSpec(), ...change } });
const listScheduleRuns = async (scheduleId: string) =>
  (await bench.ask('GET', `/v1/runs?scheduleId=${scheduleId}`)).json.items as { runId: string; createdAt: string }[];
const end = (runId: string) => bench.deps.runs.update(runId, {}, { status: 'completed' });
const hour = 3_600_000;

test('can be created, read, listed and deleted, and its runs remain', async () => {
  const made = await make({ name: 'hourly' });
  expect(made.status).toBe(201);
  const path = made.headers.get('location') ?? '';
  expect(made.json).toMatchObject({ name: 'hourly', paused: false, cron: null, intervalMs: hour, lastRunId: null });
  expect(made.json.nextAt).toBe(new Date(nowMs + hour).toISOString());
  expect((await bench.ask('GET', path)).json).toEqual(made.json);
  expect((await bench.ask('GET', '/v1/schedules')).json.items).toContainEqual(made.json);
  nowMs += hour;
  await superviseRuns(bench.deps);
  expect((await bench.ask('DELETE', path)).status).toBe(204);
  expect((await bench.ask('GET', path)).status).toBe(404);
  expect((await bench.ask('DELETE', path)).status).toBe(404);
  const [run] = await listScheduleRuns(made.json.scheduleId);
  expect((await bench.ask('GET', `/v1/runs/${run?.runId}`)).json.scheduleId).toBe(made.json.scheduleId);
  await end(run?.runId ?? '');
});

test('each due run starts once with any number of supervisors and checks', async () => {
  const { scheduleId } = (await make()).json;
  nowMs += hour - 1;
  await superviseRuns(bench.deps);
  expect(await listScheduleRuns(scheduleId)).toEqual([]);
  nowMs += 1;
  await Promise.all(Array.from({ length: 5 }, () => superviseRuns(bench.deps)));
  await superviseRuns(bench.deps);
  const [first, ...more] = await listScheduleRuns(scheduleId);
  expect(more).toEqual([]);
  await end(first?.runId ?? '');
  nowMs += hour;
  await superviseRuns(bench.deps);
  const both = await listScheduleRuns(scheduleId);
  expect(both.map(({ runId }) => runId)).toEqual([expect.any(String), first?.runId]);
  const listed = (await bench.ask('GET', '/v1/runs')).json.items;
  expect(listed[0]).toMatchObject({ runId: both[0]?.runId, scheduleId });
  await end(both[0]?.runId ?? '');
  await bench.ask('DELETE', `/v1/schedules/${scheduleId}`);
});

test('a supervisor that crashes after creating a run does not start a second run', async () => {
  const { scheduleId } = (await make()).json;
  nowMs += hour;
  const { schedules } = bench.deps;
  const update = async () => Promise.reject(new Error('the process died'));
  await superviseRuns({ ...bench.deps, schedules: { ...schedules, update } });
  expect(await listScheduleRuns(scheduleId)).toHaveLength(1);
  // A schedule that failed with an error is tried again after a minute.
  nowMs += 60_000;
  await superviseRuns(bench.deps);
  expect(await listScheduleRuns(scheduleId)).toHaveLength(1);
  const { json } = await bench.ask('GET', `/v1/schedules/${scheduleId}`);
  expect(json).toMatchObject({ lastRunId: (await listScheduleRuns(scheduleId))[0]?.runId, lastFailure: null });
  await end(json.lastRunId);
  await bench.ask('DELETE', `/v1/schedules/${scheduleId}`);
});

test('only the latest missed run starts, and no run starts for a pause', async () => {
  const { scheduleId, createdAt } = (await make()).json;
  const path = `/v1/schedules/${scheduleId}`;
  nowMs += 10 * hour + 1_000;
  await superviseRuns(bench.deps);
  await superviseRuns(bench.deps);
  const [run, ...more] = await listScheduleRuns(scheduleId);
  expect(more).toEqual([]);
  const dueAt = new Date(Date.parse(createdAt) + 10 * hour).toISOString();
  expect((await bench.ask('GET', path)).json).toMatchObject({ lastDueAt: dueAt, lastRunId: run?.runId });
  await end(run?.runId ?? '');
  expect((await bench.ask('PATCH', path, { body: { paused: true } })).json).toMatchObject({
    paused: true,
    nextAt: null,
  });
  nowMs += 5 * hour;
  await superviseRuns(bench.deps);
  const resumed = await bench.ask('PATCH', path, { body: { paused: false } });
  expect(Date.parse(resumed.json.nextAt)).toBeGreaterThan(nowMs);
  await superviseRuns(bench.deps);
  expect(await listScheduleRuns(scheduleId)).toHaveLength(1);
  await bench.ask('DELETE', path);
});

test('a due run is skipped with a reason if the previous run is active or the spec is rejected', async () => {
  const { json: credential } = await bench.ask('POST', '/v1/credentials', {
    body: { name: 'c', apiKey: 'sk-0123456789' },
  });
  const targets = [{ baseUrl: 'https://a.example.com', model: 'm', credentialId: credential.credentialId }];
  const { scheduleId } = (await make({ spec: { targets } })).json;
  const get = async () => (await bench.ask('GET', `/v1/schedules/${scheduleId}`)).json;
  nowMs += hour;
  await superviseRuns(bench.deps);
  const { lastRunId } = await get();
  nowMs += hour;
  await superviseRuns(bench.deps);
  expect(await get()).toMatchObject({ lastRunId, lastFailure: { code: 'PREVIOUS_RUN_ACTIVE' } });
  await end(lastRunId);
  await bench.ask('DELETE', `/v1/credentials/${credential.credentialId}`);
  nowMs += hour;
  await superviseRuns(bench.deps);
  expect(await get()).toMatchObject({ lastRunId, lastFailure: { code: 'INVALID_SPEC' } });
  expect(Date.parse((await get()).nextAt)).toBeGreaterThan(nowMs);
  expect(await listScheduleRuns(scheduleId)).toHaveLength(1);
  await bench.ask('DELETE', `/v1/schedules/${scheduleId}`);
});

test('a cron expression is due once at its local time, also when the clocks change', async () => {
  const before = nowMs;
  nowMs = Date.UTC(2026, 2, 27, 12);
  const cron = { intervalMs: undefined, cron: '30 6 * * *', timeZone: 'Europe/Berlin' };
  const { scheduleId } = (await make(cron)).json;
  const dueAt = [
    '2026-03-28T05:30:00.000Z',
    '2026-03-29T04:30:00.000Z',
    '2026-03-30T04:30:00.000Z',
    '2026-03-31T04:30:00.000Z',
  ];
  for (const due of dueAt)
    for (const offsetMs of [-1_000, 0, 1_000, hour]) {
      nowMs = Date.parse(due) + offsetMs;
      await superviseRuns(bench.deps);
      const [newest] = await listScheduleRuns(scheduleId);
      if (offsetMs >= 0) expect(newest?.createdAt).toBe(due);
      if (newest !== undefined) await end(newest.runId);
    }
  expect((await listScheduleRuns(scheduleId)).map(({ createdAt }) => createdAt)).toEqual(dueAt.toReversed());
  expect((await bench.ask('GET', `/v1/schedules/${scheduleId}`)).json).toMatchObject({
    lastDueAt: dueAt.at(-1),
    nextAt: '2026-04-01T04:30:00.000Z',
    lastFailure: null,
  });
  await bench.ask('DELETE', `/v1/schedules/${scheduleId}`);
  nowMs = before;
});

test('each run looks up prices, so a new price applies to the next run', async () => {
  const price = (asOf: string, inputPerMillionTokens: number) => ({
    body: { kind: 'tokens', model: 'm', inputPerMillionTokens, outputPerMillionTokens: 1, asOf, source: 'an offer' },
  });
  await bench.ask('PUT', '/v1/price-book/mine', price('2026-01-01', 1));
  const targets = [{ baseUrl: 'https://a.example.com', model: 'm', pricing: { priceBookEntry: 'mine' } }];
  const { scheduleId } = (await make({ spec: { targets } })).json;
  const nextPrice = async () => {
    nowMs += hour;
    await superviseRuns(bench.deps);
    const runId = (await listScheduleRuns(scheduleId))[0]?.runId ?? '';
    await end(runId);
    return (await bench.ask('GET', `/v1/runs/${runId}`)).json.spec.targets[0].pricing.inputPerMillionTokens;
  };
  expect(await nextPrice()).toBe(1);
  await bench.ask('PUT', '/v1/price-book/mine', price('2026-02-01', 2));
  expect(await nextPrice()).toBe(2);
  await bench.ask('DELETE', `/v1/schedules/${scheduleId}`);
});

test.each([
  [{ intervalMs: undefined }, '/cron'],
  [{ cron: '0 6 * * *' }, '/cron'],
  [{ intervalMs: undefined, cron: '0 6 * * * *' }, '/cron'],
  [{ intervalMs: undefined, cron: '99 6 * * *' }, '/cron'],
  [{ intervalMs: undefined, cron: '0 0 31 2 *' }, '/cron'],
  [{ intervalMs: undefined, cron: '0 6 * * *', timeZone: 'Mars/Olympus' }, '/timeZone'],
  [{ intervalMs: 1_000 }, '/intervalMs'],
  [
    { spec: leastSpec({ targets: [{ baseUrl: 'https://a.example.com', model: 'm', apiKey: 'sk-012345678' }] }) },
    '/spec/targets/0/apiKey',
  ],
  [
    { spec: leastSpec({ assertions: [{ targetId: 'x', metric: 'ttftMs', statistic: 'p95', op: '<', value: 1 }] }) },
    '/spec/assertions/0/targetId',
  ],
])('%j is rejected with a pointer', async (change, pointer) => {
  const refused = await make(change);
  expect(refused.status).toBe(422);
  expect(refused.json.faults.map((fault: { pointer: string }) => fault.pointer)).toContain(pointer);
  expect(refused.text).not.toContain('sk-012345678');
});

test('a tenant sees only its own schedules', async () => {
  const { scheduleId } = (await make()).json;
  const key = await bench.foreignKey();
  for (const [method, body] of [['GET'], ['PATCH', { paused: true }], ['DELETE']] as const)
    expect((await bench.ask(method, `/v1/schedules/${scheduleId}`, { key, body })).status).toBe(404);
  expect((await bench.ask('GET', `/v1/runs?scheduleId=${scheduleId}`, { key })).json.items).toEqual([]);
});
