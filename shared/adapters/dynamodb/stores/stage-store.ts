import type { StageStore } from '../../../ports.ts';
import { type StageRecord, stageRecordSchema } from '../../../records/records.ts';
import { itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { stageKey } from '../keys.ts';
import { type Item, parseRecord, toAttributes } from '../record.ts';

export function createStageStore(table: ItemTable): StageStore {
  const mustExist = (runId: string, stageIndex: number, item: Item | null): StageRecord => {
    if (item === null) throw new Error(`Stage ${stageIndex} of ${runId} was never opened, or its run was removed`);
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
    addReady: async (runId, stageIndex, member) => {
      const item = await table.update(stageKey(runId, stageIndex), { add: { ready: new Set([member]) } });
      return mustExist(runId, stageIndex, item);
    },
    agreeStart: async (runId, stageIndex, startAtMs) => {
      const item = await table.update(stageKey(runId, stageIndex), { setIfAbsent: { startAtMs } });
      return mustExist(runId, stageIndex, item).startAtMs ?? startAtMs;
    },
    stop: async (runId, stageIndex, stop) => {
      const item = await table.update(stageKey(runId, stageIndex), { setIfAbsent: { stop } });
      return mustExist(runId, stageIndex, item).stop ?? stop;
    },
  };
}

/** The ready set is a set of the store, which cannot be empty: absent until the first member. */
function parseStage(item: Item): StageRecord {
  const ready = item['ready'] instanceof Set ? [...item['ready']].sort() : (item['ready'] ?? []);
  return parseRecord(stageRecordSchema, { ...item, ready });
}
