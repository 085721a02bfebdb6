import { z } from 'zod';
import { AppError } from '../../../errors/app-error.ts';
import type { Expect, PageRequest, RunStore } from '../../../ports.ts';
import { buildManifest, serializeManifest } from '../../../records/manifest.ts';
import {
  isTerminal,
  type RunCounters,
  type RunRecord,
  runCountersSchema,
  runRecordSchema,
  stopReasonSchema,
} from '../../../records/records.ts';
import { upgradeRunSpec } from '../../../spec/upgrade-run-spec.ts';
import { attributeIs, buildExpectations, isImpossible, itemExists, itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { batchPrefix, blockPartition, countersKey, runKey, runPartition, tenantPartition } from '../keys.ts';
import { listIndexed, readTableKey } from '../list-page.ts';
import { type Item, parseRecord, toAttributes } from '../record.ts';
import { packJson, unpackJson } from '../text-field.ts';
import { earlierAttributes } from '../upgrade-item.ts';

const activePartition = 'ACTIVE';
const activeSortKey = (tenantId: string, runId: string) => `${tenantId}#${runId}`;
const noCounts: RunCounters = { finishedCount: 0, failedCount: 0, reservedNanoUsd: 0 };
const notActive = { gsi2pk: null, gsi2sk: null };

export function createRunStore(table: ItemTable): RunStore {
  return {
    create: async (run) => {
      // These before the run: where its own item is not written after them, nothing leads to them that is taken for a run.
      if (run.scheduleId !== null)
        await table.put({
          ...scheduledKey(run.runId),
          gsi1pk: scheduleListPartition(run.tenantId, run.scheduleId),
          gsi1sk: run.runId,
        });
      await table.put({ ...countersKey(run.runId), ...noCounts }, itemIsAbsent);
      const attributes = await toRunAttributes(table, run.runId, run);
      return table.put(
        {
          ...runKey(run.runId),
          ...attributes,
          gsi1pk: runListPartition(run.tenantId),
          gsi1sk: run.runId,
          ...(isTerminal(run.status)
            ? {}
            : { gsi2pk: activePartition, gsi2sk: activeSortKey(run.tenantId, run.runId) }),
        },
        itemIsAbsent,
      );
    },
    get: async (runId) => {
      const item = await table.get(runKey(runId));
      return item === null ? null : parseRun(table, item);
    },
    list: (tenantId, page) => listRuns(table, tenantId, page),
    listBySchedule: (tenantId, scheduleId, page) => listScheduledRuns(table, tenantId, scheduleId, page),
    listActive: () => listActive(table),
    countActive: async (tenantId) => {
      const range = { prefix: activeSortKey(tenantId, '') };
      let count = 0;
      for await (const _ of table.query({ partition: activePartition, index: 'gsi2', range })) count++;
      return count;
    },
    update: (runId, expect, set) => updateRun(table, runId, expect, set),
    count: async (runId, { finished, failed }) => {
      const item = await table.update(countersKey(runId), {
        add: { finishedCount: finished, failedCount: failed },
      });
      if (item === null) throw new AppError('NOT_FOUND', 'The run does not exist any more');
      return parseRecord(runCountersSchema, item);
    },
    reserve: (runId, nanoUsd, capNanoUsd) => reserve(table, runId, nanoUsd, capNanoUsd),
    getStop: async (runId) => {
      const item = await table.get(runKey(runId), ['pk', 'sk', 'stop']);
      return item === null ? 'gone' : stopReasonSchema.nullable().parse(item['stop'] ?? null);
    },
    remove: (runId) => removeRun(table, runId),
  };
}

const runListPartition = (tenantId: string) => `${tenantPartition(tenantId)}#RUNS`;

/** Attributes as stored; a spec, which may carry megabytes of prompts, as JSON of its own. */
async function toRunAttributes(table: ItemTable, runId: string, run: Partial<RunRecord>): Promise<Item> {
  const { spec, ...rest } = run;
  return spec === undefined
    ? rest
    : { ...toAttributes(rest), spec: await packJson(table, runPartition(runId), 'SPEC', spec) };
}

async function parseRun(table: ItemTable, item: Item): Promise<RunRecord> {
  const spec = await unpackJson(table, 'SPEC', item, 'spec');
  const run = parseRecord(runRecordSchema, { ...item, spec });
  // The manifest is built from the spec: one of 0.1.0 that had earlier names has another hash today.
  return upgradeRunSpec(spec) === spec ? run : { ...run, manifestSha256: serializeManifest(buildManifest(run)).sha256 };
}

function listRuns(table: ItemTable, tenantId: string, page: PageRequest) {
  return listIndexed<RunRecord>(table, page, {
    scope: { tenantId, list: 'runs' },
    partition: runListPartition(tenantId),
    keyOf: runKey,
    positionOf: ({ runId }) => runId,
    parse: (item) => parseRun(table, item),
  });
}

/** The index has one place for the tenant's runs; that of a schedule is an item beside the run's, which goes with it. */
const scheduledKey = (runId: string) => ({ pk: runPartition(runId), sk: 'SCHEDULED' });
const scheduleListPartition = (tenantId: string, scheduleId: string) =>
  `${tenantPartition(tenantId)}#SCHEDULE#${scheduleId}`;

function listScheduledRuns(table: ItemTable, tenantId: string, scheduleId: string, page: PageRequest) {
  const partition = scheduleListPartition(tenantId, scheduleId);
  return listIndexed<RunRecord>(table, page, {
    scope: { tenantId, list: partition },
    partition,
    keyOf: scheduledKey,
    itemKeyOf: runKey,
    positionOf: ({ runId }) => runId,
    parse: (item) => parseRun(table, item),
  });
}

async function listActive(table: ItemTable): Promise<{ runId: string; tenantId: string }[]> {
  const active: { runId: string; tenantId: string }[] = [];
  for await (const item of table.query({ partition: activePartition, index: 'gsi2' })) {
    const [tenantId = '', runId = ''] = String(item['gsi2sk']).split('#');
    active.push({ tenantId, runId });
  }
  return active;
}

async function updateRun(
  table: ItemTable,
  runId: string,
  expect: Expect<RunRecord>,
  set: Partial<RunRecord>,
): Promise<RunRecord | null> {
  if (isImpossible(expect)) return null;
  const attributes = await toRunAttributes(table, runId, set);
  const leaving = set.status !== undefined && isTerminal(set.status);
  const change = { set: { ...attributes, ...(leaving ? notActive : {}) } };
  const item = await table.update(runKey(runId), change, buildExpectations(expect));
  return item === null ? null : parseRun(table, item);
}

/** The cap is checked on the sum before, so that check and addition are one conditional write. */
async function reserve(table: ItemTable, runId: string, nanoUsd: number, capNanoUsd: number): Promise<boolean> {
  const key = countersKey(runId);
  const change = { add: { reservedNanoUsd: nanoUsd } };
  if (nanoUsd >= 0) {
    if (nanoUsd > capNanoUsd) return false;
    return (await table.update(key, change, [attributeIs('reservedNanoUsd', '<=', capNanoUsd - nanoUsd)])) !== null;
  }
  if ((await table.update(key, change, [attributeIs('reservedNanoUsd', '>=', -nanoUsd)])) !== null) return true;
  // More given back than was reserved (a give-back that was sent twice): nothing stays reserved.
  return (
    (await table.update(key, { set: { reservedNanoUsd: 0 } }, [attributeIs('reservedNanoUsd', '<', -nanoUsd)])) !== null
  );
}

const placeSchema = z.object({ stageIndex: z.number(), batchIndex: z.number() });

/**
 * The blocks go before the batches that lead to them, and the run's own item last: a removal that was cut short can be
 * asked for again.
 */
async function removeRun(table: ItemTable, runId: string): Promise<void> {
  const places = ['stageIndex', 'batchIndex'];
  const attributes = ['pk', 'sk', ...places, ...places.map((name) => earlierAttributes[name] ?? name)];
  const range = { prefix: batchPrefix() };
  for await (const item of table.query({ partition: runPartition(runId), index: null, range, attributes })) {
    const { stageIndex, batchIndex } = parseRecord(placeSchema, item);
    await table.removeMany(listKeys(table, blockPartition(runId, stageIndex, batchIndex)));
  }
  await table.remove(countersKey(runId));
  await table.removeMany(listKeys(table, runPartition(runId), runKey(runId).sk));
  await table.remove(runKey(runId), itemExists);
}

async function* listKeys(table: ItemTable, partition: string, except?: string) {
  for await (const item of table.query({ partition, index: null, attributes: ['pk', 'sk'] }))
    if (item['sk'] !== except) yield readTableKey(item);
}
