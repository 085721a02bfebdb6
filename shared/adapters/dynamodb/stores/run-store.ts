import { AppError } from '../../../errors/app-error.ts';
import type { RunStore } from '../../../ports.ts';
import { buildManifest, serializeManifest } from '../../../records/manifest.ts';
import {
  isTerminal,
  type RunCounters,
  type RunRecord,
  runCountersSchema,
  runRecordSchema,
  stopReasonSchema,
} from '../../../records/records.ts';
import { findRunSource } from '../../../records/run-source.ts';
import type { RunSpec } from '../../../spec/run-spec.ts';
import { upgradeRunSpec } from '../../../spec/upgrade-run-spec.ts';
import type { Expect } from '../../../tenant-stores.ts';
import { attributeIs, buildExpectations, type Change, type Condition, itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { activePartition, activeSortKey, countersKey, runKey, runListPartition, runPartition } from '../keys.ts';
import { earlierAttributes, type Item, parseFound, parseRecord, toAttributes } from '../record.ts';
import { packJson, unpackJson } from '../text-parts.ts';
import { findRuns, scheduledKey, scheduleListPartition } from './find-runs.ts';
import { clearRun, hideRun, isHidden, isShown, listHidden, postponeHidden, removedAttribute } from './remove-run.ts';

const noCounts: RunCounters = { finishedCount: 0, failedCount: 0, reservedNanoUsd: 0 };
const notActive = { gsi2pk: null, gsi2sk: null };

/** The part of a run that changes while it is active. */
const runStateSchema = runRecordSchema.pick({
  status: true,
  groupIndex: true,
  levels: true,
  stop: true,
  failure: true,
  verdict: true,
  trust: true,
  trustReasons: true,
  startedAtMs: true,
  endedAtMs: true,
  waitingSinceMs: true,
});
const stateAttributes = ['pk', 'sk', ...listNames(Object.keys(runStateSchema.shape))];

/** Adds the names that version 0.1.0 used. */
function listNames(names: readonly string[]): string[] {
  return names.flatMap((name) => [name, earlierAttributes[name] ?? []]).flat();
}

export function createRunStore(table: ItemTable): RunStore {
  return {
    create: (run) => createRun(table, run),
    get: async (runId) => {
      const item = await getShown(table, runId);
      return item === null ? null : parseRun(table, item);
    },
    refresh: async (run) => {
      const state = parseFound(runStateSchema, await getShown(table, run.runId, stateAttributes));
      return state === null ? null : { ...run, ...state };
    },
    getManifest: async (runId) => {
      const item = await getShown(table, runId);
      if (item === null) return null;
      const { maxStreamsPerWorker } = await parseRun(table, item);
      const spec = upgradeRunSpec(await unpackJson(table, 'SPEC', item, 'spec'));
      // `parseRun` has checked that the schema accepts the spec.
      return serializeManifest(buildManifest({ spec: spec as RunSpec, maxStreamsPerWorker }));
    },
    list: (tenantId, request) => findRuns(table, tenantId, request, (item) => parseRun(table, item)),
    listActive: async (ofTenantId) => {
      const range = ofTenantId === undefined ? {} : { range: { prefix: activeSortKey(ofTenantId, '') } };
      const active: { runId: string; tenantId: string }[] = [];
      for await (const item of table.query({ partition: activePartition, index: 'gsi2', ...range })) {
        const [tenantId = '', runId = ''] = String(item['gsi2sk']).split('#');
        active.push({ tenantId, runId });
      }
      return active;
    },
    update: (runId, expect, set) => updateRun(table, runId, expect, set),
    count: async (runId, { finished, failed }) => {
      const item = await table.update(countersKey(runId), { add: { finishedCount: finished, failedCount: failed } });
      if (item === null) throw new AppError('NOT_FOUND', 'The run no longer exists');
      return parseRecord(runCountersSchema, item);
    },
    reserve: (runId, nanoUsd, capNanoUsd) => reserve(table, runId, nanoUsd, capNanoUsd),
    getStop: async (runId) => {
      const item = await getShown(table, runId, ['pk', 'sk', 'stop']);
      return item === null ? 'gone' : stopReasonSchema.nullable().parse(item['stop'] ?? null);
    },
    peekStop: async (runId) => {
      const item = await table.get(countersKey(runId), ['pk', 'sk', 'stop']);
      return stopReasonSchema.nullable().parse(item?.['stop'] ?? null);
    },
    remove: (runId, nowMs, dueAtMs) => hideRun(table, runId, nowMs, dueAtMs),
    getRemoved: async (runId) => {
      const item = await table.get(runKey(runId));
      return item === null || !isHidden(item) ? null : parseRun(table, item);
    },
    listRemoved: (atMs, limit) => listHidden(table, atMs, limit),
    postponeRemoval: (runId, dueAtMs) => postponeHidden(table, runId, dueAtMs),
    clear: (runId, isOver) => clearRun(table, runId, isOver),
  };
}

/** Creates the items of a run. Returns false, and leaves the stored run unchanged, if the run already exists. */
async function createRun(table: ItemTable, run: RunRecord): Promise<boolean> {
  const { runId, tenantId } = run;
  // The run's main item is written last. Until it exists, readers do not see the other items.
  if (run.scheduleId !== null)
    await table.put({
      ...scheduledKey(runId),
      gsi1pk: scheduleListPartition(tenantId, run.scheduleId),
      gsi1sk: runId,
    });
  await table.put({ ...countersKey(runId), ...noCounts }, itemIsAbsent);
  const place = { gsi1pk: runListPartition(tenantId), gsi1sk: runId };
  const active = { gsi2pk: activePartition, gsi2sk: activeSortKey(tenantId, runId) };
  const attributes = await toRunAttributes(table, runId, run);
  // The source is stored for filters only.
  const known = { ...runKey(runId), ...attributes, source: findRunSource(run) };
  const item = { ...known, ...place, ...(isTerminal(run.status) ? {} : active) };
  return table.put(item, itemIsAbsent);
}

/** Reads the main item of a run. Returns null if the run was removed. */
async function getShown(table: ItemTable, runId: string, attributes?: string[]): Promise<Item | null> {
  const item = await table.get(runKey(runId), attributes === undefined ? undefined : [...attributes, removedAttribute]);
  return item === null || isHidden(item) ? null : item;
}

/** Converts a run to item attributes. Stores the spec and the labels as JSON, because they may be large. */
async function toRunAttributes(table: ItemTable, runId: string, run: Partial<RunRecord>): Promise<Item> {
  const { spec, labels, ...rest } = run;
  const pack = (prefix: string, value: unknown) => packJson(table, runPartition(runId), prefix, value);
  return {
    ...(spec === undefined ? rest : { ...toAttributes(rest), spec: await pack('SPEC', spec) }),
    ...(labels === undefined ? {} : { labels: await pack('LABELS', labels) }),
  };
}

async function parseRun(table: ItemTable, item: Item): Promise<RunRecord> {
  const spec = await unpackJson(table, 'SPEC', item, 'spec');
  // Version 0.1.0 stored no labels. Those of its runs are in the spec.
  const labels = item['labels'] === undefined ? spec : await unpackJson(table, 'LABELS', item, 'labels');
  const run = parseRecord(runRecordSchema, { ...item, spec, labels });
  // Renaming fields of version 0.1.0 changes the spec in the manifest, so the manifest's hash is computed again.
  return upgradeRunSpec(spec) === spec ? run : { ...run, manifestSha256: serializeManifest(buildManifest(run)).sha256 };
}

async function updateRun(
  table: ItemTable,
  runId: string,
  expect: Expect<RunRecord>,
  set: Partial<RunRecord>,
): Promise<RunRecord | null> {
  const attributes = await toRunAttributes(table, runId, set);
  const endsRun = set.status !== undefined && isTerminal(set.status);
  // A run ends once: the call that ends it releases the run's place, so two calls must never both seem to end it.
  const change: Change = endsRun
    ? { set: { ...attributes, ...notActive }, lostResponse: 'recognize' }
    : { set: attributes };
  const item = await table.update(runKey(runId), change, [isShown, ...buildExpectations(expect)]);
  if (item === null) return null;
  // Workers of a large group read the stop from the counters, because the run's item is large and has many updates.
  const { stop = null } = set;
  if (stop !== null) await table.update(countersKey(runId), { set: { stop } });
  return parseRun(table, item);
}

/** Adds `nanoUsd` to the reserved cost. A negative value releases cost. The conditional write also checks the cap. */
async function reserve(table: ItemTable, runId: string, nanoUsd: number, capNanoUsd: number): Promise<boolean> {
  const update = async (change: Change, condition: Condition) =>
    (await table.update(countersKey(runId), change, [condition])) !== null;
  const add = { reservedNanoUsd: nanoUsd };
  if (nanoUsd >= 0)
    return nanoUsd <= capNanoUsd && update({ add }, attributeIs('reservedNanoUsd', '<=', capNanoUsd - nanoUsd));
  if (await update({ add }, attributeIs('reservedNanoUsd', '>=', -nanoUsd))) return true;
  // A repeated release can exceed the reserved cost. In this case, the reserved cost becomes 0.
  return update({ set: { reservedNanoUsd: 0 } }, attributeIs('reservedNanoUsd', '<', -nanoUsd));
}
