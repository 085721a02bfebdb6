import { z } from 'zod';
import { isAbsent, isPresent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import {
  batchPrefix,
  blockPartition,
  buildDuePlace,
  countersKey,
  type ItemKey,
  runKey,
  runPartition,
} from '../keys.ts';
import { listDueKeys, readTableKey } from '../list-page.ts';
import { earlierAttributes, type Item, parseRecord } from '../record.ts';

/*
 * A run with a million samples has more items than a request can remove. So its main item is first hidden in one write,
 * and its other items are removed later, in as many steps as needed. The main item is removed last.
 */

export const removedAttribute = 'removedAtMs';
/** Partition of hidden runs in the index of due work. */
const removedPartition = 'REMOVED_RUNS';

export const isHidden = (item: Item) => item[removedAttribute] !== undefined;
export const isShown = isAbsent(removedAttribute);

/** Hides a run from all reads and lists. Returns whether this call hid it. */
export async function hideRun(table: ItemTable, runId: string, nowMs: number, dueAtMs: number): Promise<boolean> {
  const noList = { gsi1pk: null, gsi1sk: null };
  const set = { [removedAttribute]: nowMs, ...noList, ...buildDuePlace(removedPartition, dueAtMs, runId) };
  return (await table.update(runKey(runId), { set, lostResponse: 'recognize' }, [isShown])) !== null;
}

/** Lists hidden runs whose removal is due at `atMs`, in this order. */
export async function listHidden(table: ItemTable, atMs: number, limit: number): Promise<string[]> {
  const keys = await listDueKeys(table, removedPartition, atMs);
  return keys.slice(0, limit).map((item) => String(item['gsi2sk']).replace(/^\d+#/, ''));
}

/** Lists the removal of a hidden run as due at a later time. Does nothing for other runs. */
export async function postponeHidden(table: ItemTable, runId: string, dueAtMs: number): Promise<void> {
  const set = buildDuePlace(removedPartition, dueAtMs, runId);
  await table.update(runKey(runId), { set }, [isPresent(removedAttribute)]);
}

const placeSchema = z.object({ stageIndex: z.number(), batchIndex: z.number() });
const placeNames = ['stageIndex', 'batchIndex'];
const placeAttributes = ['pk', 'sk', ...placeNames, ...placeNames.map((name) => earlierAttributes[name] ?? name)];

/** Number of batches whose blocks are removed at the same time. */
const batchesAtOnce = 8;

/**
 * Removes all items of a run: the blocks of a batch before the batch, and the main item last, so that a later call
 * continues where this one ended. Returns whether nothing is left.
 */
export async function clearRun(table: ItemTable, runId: string, isOver: () => boolean): Promise<boolean> {
  const partition = runPartition(runId);
  let batches: Item[] = [];
  const clear = async () => {
    await Promise.all(batches.map((batch) => removeBlocks(table, runId, batch)));
    await table.removeMany(batches.map(readTableKey));
    batches = [];
  };
  const query = { partition, index: null, range: { prefix: batchPrefix() }, attributes: placeAttributes };
  for await (const batch of table.query(query)) {
    batches.push(batch);
    if (batches.length < batchesAtOnce) continue;
    await clear();
    if (isOver()) return false;
  }
  await clear();
  await table.remove(countersKey(runId));
  await table.removeMany(listKeys(table, partition, runKey(runId).sk));
  await table.remove(runKey(runId));
  return true;
}

async function removeBlocks(table: ItemTable, runId: string, batch: Item): Promise<void> {
  const { stageIndex, batchIndex } = parseRecord(placeSchema, batch);
  await table.removeMany(listKeys(table, blockPartition(runId, stageIndex, batchIndex)));
}

async function* listKeys(table: ItemTable, partition: string, except?: string): AsyncGenerator<ItemKey> {
  for await (const item of table.query({ partition, index: null, attributes: ['pk', 'sk'] }))
    if (item['sk'] !== except) yield readTableKey(item);
}
