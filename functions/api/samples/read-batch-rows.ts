import { z } from 'zod';
import { AppError } from '../../../shared/errors/app-error.ts';
import { countSchema } from '../../../shared/number-schema.ts';
import type { BatchPlan, StagePlan } from '../../../shared/plan/plan-run.ts';
import type { BatchRecord, RunRecord } from '../../../shared/records/records.ts';
import {
  countBatchRows,
  createMissingSample,
  explainMissing,
  findBatchRow,
  findRequestIndices,
} from '../../../shared/runs/read-stage-columns.ts';
import { sendRemoval } from '../../../shared/runs/send-removal.ts';
import { listRows, type Sample } from '../../../shared/sample/sample.ts';
import { createRowCopier, createRowWriter, createSampleColumns } from '../../../shared/sample/sample-columns.ts';
import type { ApiDeps } from '../compose.ts';

type BatchPlace = {
  run: Pick<RunRecord, 'runId' | 'stop' | 'tenantId'>;
  stage: StagePlan;
  batch: BatchPlan;
  record: BatchRecord | null;
};

/** Blocks of a batch to read: the number of blocks of each attempt, and the number to skip at the start of each. */
type BlockRange = { blocks: Record<string, number>; from: Record<string, number> };

/** First and last row of a block. */
const blockRowsSchema = z.tuple([countSchema, countSchema]);
type BlockRows = z.infer<typeof blockRowsSchema>;
/** Rows of the blocks of a batch, by attempt, in order of their sequence numbers. */
const blockMapSchema = z.record(z.string(), z.array(blockRowsSchema));
type BlockMap = z.infer<typeof blockMapSchema>;

/** Maximum number of blocks of a batch that are read for any range of its rows. A batch with more has a block map. */
const maxUnmappedBlocks = 8;

/** Maximum time in ms for which a request builds a block map, so that it ends within the time limit on AWS. */
const maxMappingMs = 10_000;
/** Number of blocks after which this time is checked. */
const blocksAtOnce = 1_000;

type Reading = Pick<ApiDeps, 'blocks' | 'clock' | 'queue' | 'renderings' | 'runs'>;

/** Reads the rows of a batch from `from` to before `to`, as samples. */
type ReadRows = (from: number, to: number) => Promise<Sample[]>;

/**
 * Opens a finished batch. Its rows are its measured requests by index, and then its warm-up requests. Requests that were
 * not measured get a `not_sent` sample. Only the blocks that have samples of the rows are read.
 */
export async function openBatchRows(deps: Reading, place: BatchPlace): Promise<ReadRows> {
  const { run, batch, record } = place;
  const map = countBlocks(record) > maxUnmappedBlocks ? await readBlockMap(deps, place) : null;
  return async (from, to) => {
    const all = createSampleColumns(Math.max(0, Math.min(to, countBatchRows(batch)) - from));
    const copyRows = createRowCopier(all);
    const isFilled = new Uint8Array(all.length);
    const findRow = (index: number) => {
      const row = findBatchRow(batch, index) - from;
      // Another attempt may have measured the same request. The first sample is used.
      if (row < 0 || row >= all.length || isFilled[row] === 1) return -1;
      isFilled[row] = 1;
      return row;
    };
    let isDamaged = false;
    for (const range of map === null ? [{ blocks: record?.blocks ?? {}, from: {} }] : listRanges(map, from, to))
      for await (const block of readColumns(deps, place, range)) {
        if (block === null) isDamaged = true;
        else copyRows(block, findRequestIndices(block).map(findRow));
      }
    const writeRow = createRowWriter(all);
    const reason = explainMissing(run, record, isDamaged);
    for (let row = 0; row < all.length; row++)
      if (isFilled[row] !== 1) writeRow(row, createMissingSample(batch, from + row, reason));
    return listRows(all);
  };
}

function countBlocks(record: BatchRecord | null): number {
  return Object.values(record?.blocks ?? {}).reduce((sum, count) => sum + count, 0);
}

function readColumns({ blocks }: Pick<ApiDeps, 'blocks'>, { run, stage, batch }: BatchPlace, range: BlockRange) {
  return blocks.readColumns(run.runId, stage.stageIndex, batch.batchIndex, range.blocks, range.from);
}

/** Lists the blocks that have rows of the range, as ranges of successive blocks. */
function listRanges(map: BlockMap, from: number, to: number): BlockRange[] {
  const ranges: BlockRange[] = [];
  for (const [attempt, blocks] of Object.entries(map)) {
    const isWanted = (rows: BlockRows | undefined) => rows !== undefined && rows[1] >= from && rows[0] < to;
    for (let first = 0; first < blocks.length; first++) {
      if (!isWanted(blocks[first])) continue;
      let end = first + 1;
      while (isWanted(blocks[end])) end++;
      ranges.push({ blocks: { [attempt]: end }, from: { [attempt]: first } });
      first = end;
    }
  }
  return ranges;
}

/**
 * Reads the block map of a batch. The first call builds it from all blocks and stores it. If that takes long, the map is
 * stored as far as it is, and a later call continues.
 * @throws AppError UNAVAILABLE if the map is not complete yet
 */
async function readBlockMap(deps: Reading, place: BatchPlace): Promise<BlockMap> {
  const { run, stage, batch } = place;
  const name = `blocks#${stage.stageIndex}#${batch.batchIndex}`;
  const stored = await deps.renderings.open(run.runId, name);
  const map = stored === null ? {} : blockMapSchema.parse(await new Response(await stored.read()).json());
  const unmapped = listUnmapped(place.record, map);
  if (unmapped.length === 0) return map;
  const untilMs = deps.clock.monotonicMs() + maxMappingMs;
  for (const { attempt, first, end } of unmapped) {
    const rows = await findBlockRows(deps, place, { blocks: { [attempt]: end }, from: { [attempt]: first } });
    map[attempt] = [...(map[attempt] ?? []), ...rows];
    if (deps.clock.monotonicMs() >= untilMs) break;
  }
  await deps.renderings.put(run.runId, name, [JSON.stringify(map)]);
  // A run that was deleted in the meantime must not leave its map behind.
  if ((await deps.runs.get(run.runId)) === null) await sendRemoval(deps, run);
  if (listUnmapped(place.record, map).length === 0) return map;
  const detail = `The samples of batch ${batch.batchIndex} of stage ${stage.stageIndex} are being located. Retry.`;
  throw new AppError('UNAVAILABLE', detail, { retryAfterSeconds: 1 });
}

/** Lists the blocks that a map lacks, in ranges of at most `blocksAtOnce`. */
function listUnmapped(record: BatchRecord | null, map: BlockMap) {
  return Object.entries(record?.blocks ?? {}).flatMap(([attempt, count]) => {
    const mapped = map[attempt]?.length ?? 0;
    return Array.from({ length: Math.ceil((count - mapped) / blocksAtOnce) }, (_, nth) => {
      const first = mapped + nth * blocksAtOnce;
      return { attempt, first, end: Math.min(count, first + blocksAtOnce) };
    });
  });
}

/** Returns the first and last row of each block. Reads the blocks one at a time. */
async function findBlockRows(deps: Reading, place: BatchPlace, range: BlockRange): Promise<BlockRows[]> {
  const rows: BlockRows[] = [];
  let isDamaged = false;
  for await (const block of readColumns(deps, place, range)) {
    const found = block === null ? [] : [...findRequestIndices(block)].map((index) => findBatchRow(place.batch, index));
    rows.push([Math.max(0, Math.min(...found)), Math.max(0, ...found)]);
    isDamaged ||= block === null;
  }
  // The position of a missing block is unknown, so all blocks of the range are read for each row.
  return isDamaged ? rows.fill([0, countBatchRows(place.batch)]) : rows;
}
