import { z } from 'zod';
import { countSchema } from '../../../number-schema.ts';
import type { BatchStore, PlacedNote, RenderingStore, ReportStore, StageStore } from '../../../ports.ts';
import { attemptNoteSchema } from '../../../records/attempt-note.ts';
import { batchRecordSchema, type StageRecord, stageRecordSchema } from '../../../records/records.ts';
import { anyOf, attributeIs, buildExpectations, type Change, itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { batchKey, batchPrefix, noteKey, notePrefix, runPartition, stageKey } from '../keys.ts';
import { listRecords } from '../list-page.ts';
import { type Item, parseFound, parseRecord, toAttributes } from '../record.ts';
import { getTextParts, openTextParts, putTextParts, textPartsSchema } from '../text-parts.ts';

export function createStageStore(table: ItemTable): StageStore {
  const update = async (runId: string, stageIndex: number, change: Change) => {
    const item = await table.update(stageKey(runId, stageIndex), change);
    if (item === null) throw new Error(`Stage ${stageIndex} of ${runId} was never opened, or its run was deleted`);
    return parseStage(item);
  };
  return {
    open: async (stage) => {
      await table.put({ ...stageKey(stage.runId, stage.stageIndex), ...toAttributes(stage) }, itemIsAbsent);
    },
    get: async (runId, stageIndex) => {
      const item = await table.get(stageKey(runId, stageIndex));
      return item === null ? null : parseStage(item);
    },
    addReady: (runId, stageIndex, member) => update(runId, stageIndex, { add: { ready: new Set([member]) } }),
    agreeStart: async (runId, stageIndex, startAtMs) =>
      (await update(runId, stageIndex, { setIfAbsent: { startAtMs } })).startAtMs ?? startAtMs,
    stop: async (runId, stageIndex, stop) => (await update(runId, stageIndex, { setIfAbsent: { stop } })).stop ?? stop,
  };
}

/** Converts an item to a stage. DynamoDB cannot store empty sets, so `ready` is absent while no batch is ready. */
function parseStage(item: Item): StageRecord {
  const ready = item['ready'] instanceof Set ? [...item['ready']].sort() : (item['ready'] ?? []);
  return parseRecord(stageRecordSchema, { ...item, ready });
}

const notePlaceSchema = z.object({ batchIndex: countSchema, position: countSchema });

export function createBatchStore(table: ItemTable): BatchStore {
  return {
    create: (batch) =>
      table.put({ ...batchKey(batch.runId, batch.stageIndex, batch.batchIndex), ...toAttributes(batch) }, itemIsAbsent),
    get: async (runId, stageIndex, batchIndex) =>
      parseFound(batchRecordSchema, await table.get(batchKey(runId, stageIndex, batchIndex))),
    list: (runId, stageIndex) => listRecords(table, batchRecordSchema, runPartition(runId), batchPrefix(stageIndex)),
    update: async ({ runId, stageIndex, batchIndex }, expect, set) => {
      const key = batchKey(runId, stageIndex, batchIndex);
      return parseFound(batchRecordSchema, await table.update(key, { set }, buildExpectations(expect)));
    },
    putNote: async ({ runId, stageIndex, batchIndex }, position, note) => {
      const item = { ...noteKey(runId, stageIndex, batchIndex, position), batchIndex, position, ...toAttributes(note) };
      await table.put(item, anyOf(itemIsAbsent, attributeIs('attempt', '<=', note.attempt)));
    },
    listNotes: async (runId, stageIndex) => {
      const notes: PlacedNote[] = [];
      const range = { prefix: notePrefix(stageIndex) };
      for await (const item of table.query({ partition: runPartition(runId), index: null, range }))
        notes.push({ ...parseRecord(notePlaceSchema, item), note: parseRecord(attemptNoteSchema, item) });
      return notes;
    },
  };
}

const reportPrefix = 'REPORT';

/** Creates the report store. Writes parts before the item that refers to them, so readers never see partial reports. */
export function createReportStore(table: ItemTable): ReportStore {
  return {
    put: async (runId, json) => {
      const pk = runPartition(runId);
      const where = await putTextParts(table, pk, reportPrefix, json);
      await table.put({ pk, sk: reportPrefix, ...where });
    },
    get: async (runId) => {
      const pk = runPartition(runId);
      const head = await table.get({ pk, sk: reportPrefix });
      return head === null ? null : getTextParts(table, pk, reportPrefix, parseRecord(textPartsSchema, head));
    },
    getDigest: async (runId) => {
      const head = await table.get({ pk: runPartition(runId), sk: reportPrefix });
      return head === null ? null : parseRecord(textPartsSchema, head).sha256;
    },
  };
}

/** Creates the store of renderings. They are in the partition of their run, so they are deleted with the run. */
export function createRenderingStore(table: ItemTable): RenderingStore {
  const getPrefix = (name: string) => `RENDERING#${name}`;
  return {
    put: async (runId, name, pieces) => {
      const pk = runPartition(runId);
      const where = await putTextParts(table, pk, getPrefix(name), pieces);
      await table.put({ pk, sk: getPrefix(name), ...where });
    },
    open: async (runId, name) => {
      const pk = runPartition(runId);
      const head = await table.get({ pk, sk: getPrefix(name) });
      if (head === null) return null;
      const where = parseRecord(textPartsSchema, head);
      return { sha256: where.sha256, read: () => openTextParts(table, pk, getPrefix(name), where) };
    },
  };
}
