import { z } from 'zod';
import type { BlockKey, BlockStore } from '../../../ports.ts';
import type { SampleColumns } from '../../../sample/field-kinds.ts';
import type { Sample, Timeline } from '../../../sample/sample.ts';
import { listRows } from '../../../sample/sample-row.ts';
import {
  decodeColumns,
  decodeTimelines,
  encodeSamples,
  encodeTimelines,
  maxBlockSamples,
} from '../blocks/block-codec.ts';
import type { ItemTable } from '../item-table.ts';
import { type BlockKind, blockPartition, blockPrefix, blockSortKey, type ItemKey, parseBlockSortKey } from '../keys.ts';
import { createDamagedItemError, type Item, parseRecord } from '../record.ts';

/** An item may have 400 KB, names included. */
const maxItemDataBytes = 390_000;
/** Timelines grow with the outputs (8,000 events are some 14 KB), so they may go on in further items. */
const maxTimelinePartBytes = 350_000;

const samplesItemSchema = z.object({ samples: z.instanceof(Uint8Array) });
const timelinesItemSchema = z.object({ timelines: z.instanceof(Uint8Array), parts: z.number().int().min(1) });
const gapsItemSchema = z.object({ gaps: z.instanceof(Uint8Array) });
const partItemSchema = z.object({ timelines: z.instanceof(Uint8Array) });

export function createBlockStore(table: ItemTable): BlockStore {
  return {
    put: async (key, samples, timelines, gaps) => {
      const data = packSamples(key, samples);
      // Timelines first: a block exists, and counts, by its samples, and must have all else by then.
      if (timelines.length > 0) await putTimelines(table, key, timelines);
      if (gaps !== undefined) await putGaps(table, key, gaps);
      await table.put({ ...blockItemKey(key, 'S'), samples: data });
    },
    countBlocks: async (runId, stageIndex, batchIndex) => {
      const counts: Record<string, number> = {};
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
    readSamples: async function* (runId, stageIndex, batchIndex, blocks, from) {
      for await (const block of readBlocks(table, { runId, stageIndex, batchIndex }, blocks, from))
        yield listRows(block);
    },
    readColumns: (runId, stageIndex, batchIndex, blocks) =>
      readBlocks(table, { runId, stageIndex, batchIndex }, blocks),
    readTimelines: (runId, stageIndex, batchIndex, blocks) =>
      readTimelines(table, { runId, stageIndex, batchIndex }, blocks),
    readGaps: (runId, stageIndex, batchIndex, blocks, from) =>
      readGaps(table, { runId, stageIndex, batchIndex }, blocks, from),
  };
}

type BatchKey = Pick<BlockKey, 'runId' | 'stageIndex' | 'batchIndex'>;

const blockItemKey = ({ runId, stageIndex, batchIndex, attempt, sequence }: BlockKey, kind: BlockKind): ItemKey => ({
  pk: blockPartition(runId, stageIndex, batchIndex),
  sk: blockSortKey(kind, attempt, sequence),
});

function packSamples(key: BlockKey, samples: readonly Sample[]): Uint8Array {
  const name = `Block ${key.attempt}/${key.sequence} of batch ${key.batchIndex}, stage ${key.stageIndex} of ${key.runId}`;
  if (samples.length > maxBlockSamples)
    throw new RangeError(`${name} has ${samples.length} samples; a block may have ${maxBlockSamples}`);
  const data = encodeSamples(samples);
  if (data.length > maxItemDataBytes)
    throw new RangeError(
      `${name} has ${data.length} bytes; ${maxItemDataBytes} fit in an item: write fewer samples a block`,
    );
  return data;
}

async function putTimelines(table: ItemTable, key: BlockKey, timelines: readonly Timeline[]): Promise<void> {
  const bytes = encodeTimelines(timelines);
  const { pk, sk } = blockItemKey(key, 'T');
  const parts = Math.ceil(bytes.length / maxTimelinePartBytes);
  const part = (index: number) => bytes.subarray(index * maxTimelinePartBytes, (index + 1) * maxTimelinePartBytes);
  for (let index = 1; index < parts; index++)
    await table.put({ pk, sk: timelinePartKey(sk, index), timelines: part(index) });
  await table.put({ pk, sk, timelines: part(0), parts });
}

async function putGaps(table: ItemTable, key: BlockKey, gaps: Uint8Array): Promise<void> {
  await table.put({ ...blockItemKey(key, 'G'), gaps });
}

async function* readGaps(
  table: ItemTable,
  batch: BatchKey,
  blocks: Record<string, number>,
  from: Record<string, number> = {},
): AsyncGenerator<Uint8Array> {
  for await (const { item } of iterateCountedBlocks(table, batch, 'G', blocks, from))
    yield parseRecord(gapsItemSchema, item).gaps;
}

const timelinePartKey = (sk: string, index: number) => `${sk}#${String(index).padStart(3, '0')}`;

async function* readBlocks(
  table: ItemTable,
  { runId, stageIndex, batchIndex }: BatchKey,
  blocks: Record<string, number>,
  from: Record<string, number> = {},
): AsyncGenerator<SampleColumns> {
  const found: Record<string, number> = { ...from };
  for await (const { item, attempt } of iterateCountedBlocks(
    table,
    { runId, stageIndex, batchIndex },
    'S',
    blocks,
    from,
  )) {
    found[attempt] = (found[attempt] ?? 0) + 1;
    yield decodeItem(item, () => decodeColumns(parseRecord(samplesItemSchema, item).samples));
  }
  for (const [attempt, count] of Object.entries(blocks))
    if ((found[attempt] ?? 0) !== count)
      throw new Error(
        `Batch ${batchIndex}, stage ${stageIndex} of ${runId} counts ${count} blocks of attempt ${attempt}, but ${found[attempt] ?? 0} are there`,
      );
}

async function* readTimelines(
  table: ItemTable,
  batch: BatchKey,
  blocks: Record<string, number>,
): AsyncGenerator<Timeline[]> {
  for await (const { item } of iterateCountedBlocks(table, batch, 'T', blocks)) {
    const { timelines, parts } = parseRecord(timelinesItemSchema, item);
    const keys = Array.from({ length: parts - 1 }, (_, i) => ({
      pk: String(item['pk']),
      sk: timelinePartKey(String(item['sk']), i + 1),
    }));
    const rest = (await table.getMany(keys)).map((part) => parseRecord(partItemSchema, part).timelines);
    if (rest.length !== parts - 1)
      throw createDamagedItemError(item, `${parts} parts were stored, and not all are there`);
    yield decodeItem(item, () => decodeTimelines(new Uint8Array(Buffer.concat([timelines, ...rest]))));
  }
}

/** The blocks that count, in key order: those of the attempts named, from the sequence in `from` up to the count of each. */
async function* iterateCountedBlocks(
  table: ItemTable,
  { runId, stageIndex, batchIndex }: BatchKey,
  kind: BlockKind,
  blocks: Record<string, number>,
  from: Record<string, number> = {},
) {
  const partition = blockPartition(runId, stageIndex, batchIndex);
  // Names that are whole numbers come in their order.
  for (const [attempt, count] of Object.entries(blocks)) {
    const first = from[attempt] ?? 0;
    if (count <= first) continue;
    const keyOf = (sequence: number) => blockSortKey(kind, Number(attempt), sequence);
    const range = { from: keyOf(first), to: keyOf(count - 1) };
    for await (const item of table.query({ partition, index: null, range }))
      if (parseBlockSortKey(String(item['sk'])) !== null) yield { item, attempt };
  }
}

function decodeItem<T>(item: Item, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw createDamagedItemError(item, error instanceof Error ? error.message : 'unknown');
  }
}
