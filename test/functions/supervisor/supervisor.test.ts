import { describe, expect, test } from 'vitest';
import { createSupervisor } from '../../../functions/supervisor/supervisor.ts';
import type { Deps } from '../../../shared/ports.ts';
import type { ScheduleRecord } from '../../../shared/records/schedule.ts';
import { makeDelivery, makeRun, makeSchedule } from '../../contract/make-record.ts';
import { createSimulation, originMs } from '../../support/simulation/simulated-deps.ts';

const hour = 3_600_000;

/** Stores schedules that are due every hour, for the first time one hour after the start of the simulation. */
async function storeSchedules(...changes: Partial<ScheduleRecord>[]) {
  const { deps, sent, lines, pass } = createSimulation();
  const schedules = changes.map((change) => makeSchedule(change));
  for (const schedule of schedules) await deps.schedules.create(schedule);
  const supervise = (own: Partial<Deps> = {}) => createSupervisor({ ...deps, ...own })();
  const listRuns = async (nth = 0) => {
    const { tenantId = '', scheduleId = '' } = schedules[nth] ?? {};
    const { items } = await deps.runs.list(tenantId, { limit: 10, cursor: null, filter: { scheduleId } });
    return items;
  };
  const getSchedule = async (nth = 0) => {
    const { tenantId = '', scheduleId = '' } = schedules[nth] ?? {};
    return deps.schedules.get(tenantId, scheduleId);
  };
  return { deps, sent, lines, pass, schedules, supervise, listRuns, getSchedule };
}

describe('each call', () => {
  test('advances the active runs', async () => {
    const { deps, sent, supervise } = await storeSchedules();
    const runs = (['queued', 'running', 'finalizing', 'completed', 'failed', 'canceled'] as const).map((status) =>
      makeRun({ status }),
    );
    for (const run of runs) await deps.runs.create(run);
    await supervise();
    const advanced = sent.map(({ message }) =>
      'runId' in message ? `${message.kind} ${message.runId}` : message.kind,
    );
    expect(advanced.toSorted()).toEqual(
      runs
        .slice(0, 3)
        .map(({ runId }) => `advance ${runId}`)
        .toSorted(),
    );
  });

  test('sends the deliveries that are due', async () => {
    const { deps, sent, pass, supervise } = await storeSchedules();
    const due = makeDelivery({ nextAttemptAtMs: originMs + 60_000 });
    await deps.deliveries.create(due);
    await deps.deliveries.create(makeDelivery({ status: 'delivered', nextAttemptAtMs: null }));
    await pass(59_999);
    await supervise();
    expect(sent).toEqual([]);
    await pass(1);
    await supervise();
    const { tenantId, deliveryId } = due;
    expect(sent.map(({ message }) => message)).toEqual([{ kind: 'deliver', tenantId, deliveryId }]);
  });

  test('sends a due delivery again only after a minute, and lets the tenants take turns', async () => {
    const { deps, sent, pass, supervise } = await storeSchedules();
    const busy = makeDelivery({ nextAttemptAtMs: originMs });
    const many = Array.from({ length: 250 }, () => ({ ...busy, deliveryId: deps.ids.next('delivery') }));
    const other = makeDelivery({ nextAttemptAtMs: originMs + 1 });
    for (const delivery of [...many, other]) await deps.deliveries.create(delivery);
    await pass(1);
    const count = async () => {
      sent.length = 0;
      await supervise();
      return sent.map(({ message }) => 'deliveryId' in message && message.deliveryId);
    };
    const first = await count();
    expect(first).toHaveLength(100);
    expect(first).toContain(other.deliveryId);
    expect([(await count()).length, (await count()).length, (await count()).length]).toEqual([100, 51, 0]);
    await pass(60_000);
    expect(await count()).toHaveLength(100);
  });
});

describe('a schedule', () => {
  test('starts its run when it is due, not before, and once with concurrent calls', async () => {
    const { sent, pass, supervise, listRuns, getSchedule } = await storeSchedules({});
    await pass(hour - 1);
    await supervise();
    expect(await listRuns()).toEqual([]);
    await pass(1);
    await Promise.all(Array.from({ length: 5 }, () => supervise()));
    const [run, ...more] = await listRuns();
    expect(more).toEqual([]);
    expect(sent.map(({ message }) => message)).toContainEqual({ kind: 'advance', runId: run?.runId });
    const next = { nextAtMs: originMs + 2 * hour, lastDueAtMs: originMs + hour };
    expect(await getSchedule()).toMatchObject({ ...next, lastRunId: run?.runId, lastFailure: null });
  });

  test('starts one run for the latest of the times that it missed', async () => {
    const { pass, supervise, listRuns, getSchedule } = await storeSchedules({});
    await pass(4 * hour + 1);
    await supervise();
    expect(await listRuns()).toHaveLength(1);
    const next = { nextAtMs: originMs + 5 * hour, lastDueAtMs: originMs + 4 * hour };
    expect(await getSchedule()).toMatchObject(next);
  });

  test('starts no second run after a crash that followed the first', async () => {
    const { deps, pass, supervise, listRuns, getSchedule } = await storeSchedules({});
    await pass(hour);
    const update = () => Promise.reject(new Error('the process died'));
    await supervise({ schedules: { ...deps.schedules, update } });
    await pass(60_000);
    await supervise();
    const [run, ...more] = await listRuns();
    expect(more).toEqual([]);
    expect(await getSchedule()).toMatchObject({ lastRunId: run?.runId, lastFailure: null });
  });

  test('skips a time while its previous run is active, and says so', async () => {
    const { deps, pass, supervise, listRuns, getSchedule } = await storeSchedules({});
    await pass(hour);
    await supervise();
    const [first] = await listRuns();
    await pass(hour);
    await supervise();
    expect(await listRuns()).toHaveLength(1);
    expect(await getSchedule()).toMatchObject({
      lastRunId: first?.runId,
      lastFailure: { code: 'PREVIOUS_RUN_ACTIVE' },
      nextAtMs: originMs + 3 * hour,
    });
    await deps.runs.update(first?.runId ?? '', {}, { status: 'completed' });
    await pass(hour);
    await supervise();
    expect(await listRuns()).toHaveLength(2);
    expect(await getSchedule()).toMatchObject({ lastFailure: null });
  });

  test('with a spec that is refused records why, and continues at its next time', async () => {
    const { spec } = makeSchedule();
    const targets = spec.targets.map((target) => ({ ...target, credentialId: `crd_${'0'.repeat(26)}` }));
    const { pass, supervise, listRuns, getSchedule } = await storeSchedules({ spec: { ...spec, targets } });
    await pass(hour);
    await supervise();
    expect(await listRuns()).toEqual([]);
    const refused = { lastRunId: null, lastFailure: { code: 'INVALID_SPEC' }, nextAtMs: originMs + 2 * hour };
    expect(await getSchedule()).toMatchObject(refused);
  });

  test('that cannot be read stays due, and the others still start', async () => {
    const { deps, lines, pass, schedules, supervise, listRuns, getSchedule } = await storeSchedules({}, {});
    await pass(hour);
    const get: typeof deps.schedules.get = async (tenantId, scheduleId) => {
      if (scheduleId === schedules[0]?.scheduleId) throw new Error('the record is damaged');
      return deps.schedules.get(tenantId, scheduleId);
    };
    await supervise({ schedules: { ...deps.schedules, get } });
    expect([await listRuns(0), (await listRuns(1)).length]).toEqual([[], 1]);
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect(await getSchedule(0)).toMatchObject({ nextAtMs: originMs + hour });
    await supervise();
    expect(await listRuns(0)).toEqual([]);
    await pass(60_000);
    await supervise();
    expect(await listRuns(0)).toHaveLength(1);
  });

  test('starts, although more schedules than a call may start fail all the time', async () => {
    const failing = Array.from({ length: 150 }, () => ({}));
    const { deps, pass, schedules, supervise, listRuns } = await storeSchedules({}, ...failing);
    const { scheduleId } = schedules[0] ?? {};
    const listDue: typeof deps.schedules.listDue = async (...call) =>
      (await deps.schedules.listDue(...call)).toSorted((one) => (one.scheduleId === scheduleId ? 1 : -1));
    const get: typeof deps.schedules.get = async (tenantId, id) => {
      if (id !== scheduleId) throw new Error('the record is damaged');
      return deps.schedules.get(tenantId, id);
    };
    await pass(hour);
    for (let tick = 0; tick < 2; tick++) await supervise({ schedules: { ...deps.schedules, listDue, get } });
    expect(await listRuns()).toHaveLength(1);
  });
});
