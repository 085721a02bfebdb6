import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { advanceRun } from '../../../functions/coordinator/advance-run.ts';
import { finalizeRun } from '../../../functions/finalizer/finalize-run.ts';
import { startDueSchedules } from '../../../functions/supervisor/supervisor.ts';
import { dueSortKey } from '../../../shared/adapters/dynamodb/keys.ts';
import { deriveId } from '../../../shared/ids/ids.ts';
import type { Message } from '../../../shared/records/messages.ts';
import { readRun, takeReport } from './finalize-again.ts';
import { openStoredTable, type StoredTable } from './open-stored-table.ts';
import { readStoredRuns, type StoredItem } from './read-stored-runs.ts';

const stored = await readStoredRuns('0.1.0');
const runIds = new Map([...stored.reports].map(([runId, text]) => [findName(text), runId]));
const runId = runIds.get('sweep-slo') ?? '';

async function openTable(runs: typeof stored): Promise<StoredTable> {
  const table = await openStoredTable(runs);
  onTestFinished(table.close);
  return table;
}

/** Opens the stored items of one run after a change. Collects sent messages instead of queueing them. */
async function openRun(change: (item: StoredItem) => StoredItem) {
  const items = stored.items.filter(({ pk }) => pk?.S?.startsWith(`RUN#${runId}`)).map(change);
  const opened = await openTable({ ...stored, items });
  const sent: Message[] = [];
  opened.deps.queue = { ...opened.deps.queue, send: async (message) => void sent.push(message) };
  opened.clock.atMs = Number(
    stored.items.find(({ pk, sk }) => pk?.S === `RUN#${runId}` && sk?.S === 'RUN')?.['endedAtMs']?.N,
  );
  return { opened, deps: opened.deps, sent };
}

/** Returns the item of a run as of the measurement of its first stage. */
function toRunning(item: StoredItem): StoredItem {
  if (item['sk']?.S !== 'RUN') return item;
  const { endedAtMs: _, endStatus: __, trust: ___, finalizeSentAtMs: ____, ...rest } = item;
  return { ...rest, status: { S: 'running' }, group: { N: '0' }, levels: { L: takeFirst(rest['levels']) } };
}

const takeFirst = (levels: AttributeValue | undefined) => (levels?.L ?? []).slice(0, 1);

describe('an unfinished run of 0.1.0', () => {
  test('continues group by group, decides the same levels, and has the same report', async () => {
    const { opened, deps, sent } = await openRun(toRunning);
    expect(await readRun(opened, runId)).toMatchObject({ groupIndex: 0, levels: [{ targetIndex: 0, value: 1 }] });
    await advanceRun(deps, { kind: 'advance', runId });
    expect(sent).toEqual([{ kind: 'finalize', runId }]);
    const { groupIndex, levels } = await readRun(opened, runId);
    expect({ groupIndex, values: levels.map(({ value }) => value) }).toEqual({
      groupIndex: 6,
      values: [1, 2, 4, 8, 6, 5],
    });
    await finalizeRun(deps, { kind: 'finalize', runId });
    const { stages } = splitParts(await takeReport(opened, runId, ''));
    const before = splitParts(stored.reports.get(runId) ?? '').stages;
    expect(stages.map(({ requests }) => requests)).toEqual(before.map(({ requests }) => requests));
  });

  test('is updated only if its position is as expected', async () => {
    const { deps } = await openRun(toRunning);
    expect(await deps.runs.update(runId, { groupIndex: 1 }, { groupIndex: 2 })).toBeNull();
    expect(await deps.runs.update(runId, { groupIndex: 0 }, { groupIndex: 1 })).toMatchObject({ groupIndex: 1 });
    expect(await deps.runs.update(runId, { groupIndex: 0 }, { groupIndex: 1 })).toBeNull();
    expect(await deps.runs.get(runId)).toMatchObject({ groupIndex: 1 });
  });

  test('requeues the batch of a lost worker once', async () => {
    const { deps, sent } = await openRun((item) => {
      if (item['sk']?.S !== 'BATCH#0000#00000') return toRunning(item);
      return { ...item, status: { S: 'running' }, leaseOwner: { S: 'lost' }, leaseExpiresAtMs: { N: '1' } };
    });
    await advanceRun(deps, { kind: 'advance', runId });
    await advanceRun(deps, { kind: 'advance', runId });
    expect(sent).toEqual([{ kind: 'batch', runId, stageIndex: 0, batchIndex: 0, attempt: 2 }]);
    const key = { runId, stageIndex: 0, batchIndex: 0 };
    expect(await deps.batches.update(key, { status: 'queued', attempt: 2 }, { status: 'running' })).toMatchObject(key);
  });

  test('is deleted with all its data', async () => {
    const { deps } = await openRun(toRunning);
    await deps.runs.remove(runId, 1, 1);
    await deps.runs.clear(runId, () => false);
    expect(await deps.blocks.countBlocks(runId, 0, 0)).toEqual({});
    expect(await deps.batches.list(runId)).toEqual([]);
  });
});

test.each([
  ['cancelled', 'outcome', 'canceled'],
  ['stop-when-sure', 'notSentReason', 'precision_reached'],
] as const)('stored samples have the current words: %s', async (name, field, word) => {
  const opened = await openTable(stored);
  const id = runIds.get(name) ?? '';
  const found = new Set<unknown>();
  for (const batch of await opened.deps.batches.list(id)) {
    found.add(batch[field === 'outcome' ? 'status' : field]);
    for await (const samples of opened.deps.blocks.readSamples(id, batch.stageIndex, batch.batchIndex, batch.blocks))
      for (const sample of samples) found.add(sample[field]);
  }
  expect(found).toContain(word);
});

test('a schedule whose spec has the names of 0.1.0 starts runs with the current names', async () => {
  const slo = { metric: 'ttftMs', statistic: 'p95', op: '<=', value: 800 } as const;
  const spec = {
    targets: [{ id: 'a', baseUrl: 'https://api.example.com/v1', model: 'm' }],
    load: { mode: 'sweep', search: { find: 'slo', max: 16, objectives: [slo] } },
    assertions: [{ target: 'a', ...slo }],
  };
  const [tenantId, scheduleId] = [deriveId('tenant', 'test'), deriveId('schedule', 'test')];
  const item: StoredItem = {
    ...{ pk: { S: `TENANT#${tenantId}` }, sk: { S: `SCHEDULE#${scheduleId}` } },
    ...{ scheduleId: { S: scheduleId }, tenantId: { S: tenantId }, name: { S: 'nightly' }, timeZone: { S: 'UTC' } },
    ...{
      intervalMs: { N: '60000' },
      createdAtMs: { N: '1' },
      spec: { S: JSON.stringify(spec) },
      paused: { BOOL: false },
    },
    ...{
      nextAtMs: { N: '60001' },
      gsi2pk: { S: 'SCHEDULE_DUE' },
      gsi2sk: { S: dueSortKey(60_001, `${tenantId}#${scheduleId}`) },
    },
  };
  const opened = await openTable({ ...stored, items: [item], reports: new Map() });
  opened.deps.queue = { ...opened.deps.queue, send: async () => {} };
  opened.clock.atMs = 60_001;
  await startDueSchedules(opened.deps);
  const schedule = await opened.deps.schedules.get(tenantId, scheduleId);
  expect(schedule).toMatchObject({ lastFailure: null, spec: { assertions: [{ targetId: 'a' }] } });
  const run = await readRun(opened, schedule?.lastRunId ?? '');
  expect(run.spec).toMatchObject({ assertions: [{ targetId: 'a', ...slo }], load: { search: { slos: [slo] } } });
});

function splitParts(report: string) {
  return z.object({ stages: z.array(z.object({ requests: z.json() })) }).parse(JSON.parse(report));
}

function findName(report: string): string | null {
  return z.object({ run: z.object({ name: z.string().nullable() }) }).parse(JSON.parse(report)).run.name;
}
