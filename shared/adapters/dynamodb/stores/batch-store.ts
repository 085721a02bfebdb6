import type { BatchStore } from '../../../ports.ts';
import { type BatchRecord, batchRecordSchema } from '../../../records/records.ts';
import { buildExpectations, isImpossible, itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { batchKey, batchPrefix, runPartition } from '../keys.ts';
import { parseFound, parseRecord, toAttributes } from '../record.ts';

export function createBatchStore(table: ItemTable): BatchStore {
  return {
    create: (batch) =>
      table.put({ ...batchKey(batch.runId, batch.stageIndex, batch.batchIndex), ...toAttributes(batch) }, itemIsAbsent),
    get: async (runId, stageIndex, batchIndex) =>
      parseFound(batchRecordSchema, await table.get(batchKey(runId, stageIndex, batchIndex))),
    list: async (runId, stageIndex) => {
      const batches: BatchRecord[] = [];
      const range = { prefix: batchPrefix(stageIndex) };
      for await (const item of table.query({ partition: runPartition(runId), index: null, range }))
        batches.push(parseRecord(batchRecordSchema, item));
      return batches;
    },
    update: async ({ runId, stageIndex, batchIndex }, expect, set) => {
      if (isImpossible(expect)) return null;
      const key = batchKey(runId, stageIndex, batchIndex);
      return parseFound(batchRecordSchema, await table.update(key, { set }, buildExpectations(expect)));
    },
  };
}
