import { z } from 'zod';
import type { BatchKey, BlockKey, BlockStore, ReadBlocks } from '../../../ports.ts';
import type { SampleColumns } from '../../../sample/field-kinds.ts';
import { listRows, type Sample, type Timeline } from '../../../sample/sample.ts';
import {
  decodeColumns,
  decodeTimelines,
  encodeSamples,
  encodeTimelines,
  maxBlockSamples,
} from '../blocks/block-codec.ts';
import type { ItemTable } from '../item-table.ts';
import { type BlockKind, blockPartition, blockPrefix, blockSortKey, type ItemKey, parseBlockSortKey } from '../keys.ts';
import { readTableKey } from '../list-page.ts';
import { buildTtl, parseRecord } from '../record.ts';

/** Maximum size of a block in bytes. DynamoDB limits an item to 400 KB, including attribute names. */
const maxItemDataBytes = 390_000;
/** Maximum bytes of timelines per item. Longer timelines continue in more items. 8,000 events take about 14 KB. */
const maxTimelinePartBytes = 350_000;

const samplesItemSchema = z.object({ samples: z.instanceof(Uint8Array) });
const timelinesItemSchema = z.object({ timelines: z.instanceof(Uint8Array), parts: z.number().int().min(1) });
const gapsItemSchema = z.object({ gaps: z.instanceof(Uint8Array) });
const partItemSchema = timelinesItemSchema.pick({ timelines: true });

/** Number of blocks for each attempt. */
type BlockCounts = Record<string, number>;
type BlockQuery = Parameters<ReadBlocks<unknown>>;

export function createBlockStore(table: ItemTable): BlockStore {
  return {
    put: async (key, samples, timelines, gaps) => {
      const data = packSamples(key, samples);
      // Readers see a block as soon as its samples exist, so the samples are written last.
      if (timelines.length > 0) await putTimelines(table, key, timelines);
      if (gaps !== undefined) await table.put({ ...blockItemKey(key, 'G'), gaps });
      await table.put({ ...blockItemKey(key, 'S'), samples: data });
    },
    countBlocks: async (runId, stageIndex, batchIndex) => {
      const counts: BlockCounts = {};
      const partition = blockPartition(runId, stageIndex, batchIndex);
      const range = { prefix: blockPrefix('S') };
      for await (const { sk } of table.query({ partition, index: null, range, attributes: ['sk'] })) {
        const block = parseBlockSortKey(String(sk));
        if (block === null) continue;
        const before = counts[block.attempt] ?? 0;
        if (block.sequence === before) counts[block.attempt] = before + 1;
      }
      return counts;
    },
    readSamples: async function* (...query) {
      for await (const block of readBlocks(table, query)) if (block !== null) yield listRows(block);
    },
    readColumns: (...query) => readBlocks(table, query),
    readTimelines: (...query) => readTimelines(table, query),
    readGaps: async function* (...query) {
      for await (const { item } of iterateBlocks(table, 'G', query)) yield parseRecord(gapsItemSchema, item).gaps;
    },
    expire: (batch, atMs) => expireBlocks(table, batch, atMs),
  };
}

const blockItemKey = ({ runId, stageIndex, batchIndex, attempt, sequence }: BlockKey, kind: BlockKind): ItemKey => ({
  pk: blockPartition(runId, stageIndex, batchIndex),
  sk: blockSortKey(kind, attempt, sequence),
});
const timelinePartKey = ({ pk, sk }: ItemKey, index: number) => ({
  pk,
  sk: `${sk}#${String(index).padStart(3, '0')}`,
});

function packSamples(key: BlockKey, samples: readonly Sample[]): Uint8Array {
  const name = `Block ${key.attempt}/${key.sequence} of batch ${key.batchIndex}, stage ${key.stageIndex} of ${key.runId}`;
  if (samples.length > maxBlockSamples)
    throw new RangeError(`${name} has ${samples.length} samples; the maximum is ${maxBlockSamples}`);
  const data = encodeSamples(samples);
  if (data.length > maxItemDataBytes)
    throw new RangeError(
      `${name} has ${data.length} bytes; the maximum is ${maxItemDataBytes}. Write fewer samples per block`,
    );
  return data;
}

async function putTimelines(table: ItemTable, key: BlockKey, timelines: readonly Timeline[]): Promise<void> {
  const bytes = encodeTimelines(timelines);
  const itemKey = blockItemKey(key, 'T');
  const parts = Math.ceil(bytes.length / maxTimelinePartBytes);
  const cutPart = (index: number) => bytes.subarray(index * maxTimelinePartBytes, (index + 1) * maxTimelinePartBytes);
  for (let index = 1; index < parts; index++)
    await table.put({ ...timelinePartKey(itemKey, index), timelines: cutPart(index) });
  await table.put({ ...itemKey, timelines: cutPart(0), parts });
}

/** Number of blocks that are updated at the same time. */
const updatesAtOnce = 16;

async function expireBlocks(
  table: ItemTable,
  { runId, stageIndex, batchIndex }: BatchKey,
  atMs: number,
): Promise<void> {
  const set = buildTtl(atMs);
  const updates = new Set<Promise<unknown>>();
  const partition = blockPartition(runId, stageIndex, batchIndex);
  for await (const item of table.query({ partition, index: null, attributes: ['pk', 'sk'] })) {
    updates.add(table.update(readTableKey(item), { set }));
    if (updates.size < updatesAtOnce) continue;
    await Promise.all(updates);
    updates.clear();
  }
  await Promise.all(updates);
}

/** Yields null for each committed block that is damaged or missing. */
async function* readBlocks(table: ItemTable, query: BlockQuery): AsyncGenerator<SampleColumns | null> {
  const [, , , blocks, from] = query;
  const found: BlockCounts = { ...from };
  for await (const { item, attempt } of iterateBlocks(table, 'S', query)) {
    found[attempt] = (found[attempt] ?? 0) + 1;
    yield tryDecode(() => decodeColumns(parseRecord(samplesItemSchema, item).samples));
  }
  for (const [attempt, count] of Object.entries(blocks))
    for (let missing = found[attempt] ?? 0; missing < count; missing++) yield null;
}

/** Skips the timelines of a block that are damaged or incomplete. */
async function* readTimelines(table: ItemTable, query: BlockQuery): AsyncGenerator<Timeline[]> {
  for await (const { item } of iterateBlocks(table, 'T', query)) {
    const first = tryDecode(() => parseRecord(timelinesItemSchema, item));
    if (first === null) continue;
    const keys = Array.from({ length: first.parts - 1 }, (_, i) => timelinePartKey(readTableKey(item), i + 1));
    const rest = await table.getMany(keys);
    const timelines = tryDecode(() => {
      const parts = [first, ...rest.map((part) => parseRecord(partItemSchema, part))];
      return decodeTimelines(new Uint8Array(Buffer.concat(parts.map((part) => part.timelines))));
    });
    if (timelines !== null) yield timelines;
  }
}

/** Iterates over each attempt's committed blocks, ordered by key, from the attempt's sequence number in `from`. */
async function* iterateBlocks(table: ItemTable, kind: BlockKind, query: BlockQuery) {
  const [runId, stageIndex, batchIndex, blocks, from = {}] = query;
  const partition = blockPartition(runId, stageIndex, batchIndex);
  // JavaScript iterates over integer keys in numeric order.
  for (const [attempt, count] of Object.entries(blocks)) {
    const first = from[attempt] ?? 0;
    if (count <= first) continue;
    const buildKey = (sequence: number) => blockSortKey(kind, Number(attempt), sequence);
    const range = { from: buildKey(first), to: buildKey(count - 1) };
    for await (const item of table.query({ partition, index: null, range }))
      if (parseBlockSortKey(String(item['sk'])) !== null) yield { item, attempt };
  }
}

/** Returns null if an item is damaged, so that one item never makes all others unreadable. */
function tryDecode<T>(decode: () => T): T | null {
  try {
    return decode();
  } catch {
    return null;
  }
}
