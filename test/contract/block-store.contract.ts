import { describe, expect, it } from 'vitest';
import type { Stores } from '../../shared/ports.ts';
import { copySample, listRows } from '../../shared/sample/sample.ts';
import { collect } from './collect.ts';
import { ids, makeSample } from './make-record.ts';

const runOf = () => ({ runId: ids.next('run'), stageIndex: 1, batchIndex: 7 });

/** Contract of `BlockStore`, for any implementation. */
export function describeBlockStore(stores: () => Stores): void {
  describe('BlockStore', () => {
    const put = (key: ReturnType<typeof runOf>, attempt: number, sequence: number, index: number) =>
      stores().blocks.put(
        { ...key, attempt, sequence },
        [makeSample({ requestIndex: index, batchIndex: key.batchIndex, attempt })],
        [{ requestIndex: index, outputEventsMs: [index + 0.25, index + 1.125] }],
      );

    it('returns samples and timelines block by block, in key order', async () => {
      const { blocks } = stores();
      const key = runOf();
      for (const [attempt, sequence, index] of [
        [10, 0, 4],
        [2, 1, 3],
        [1, 1, 1],
        [1, 0, 0],
        [2, 0, 2],
      ] as const)
        await put(key, attempt, sequence, index);
      await put({ ...key, batchIndex: 70 }, 1, 0, 99);
      const counts = await blocks.countBlocks(key.runId, 1, 7);
      expect(counts).toEqual({ 1: 2, 2: 2, 10: 1 });
      const read = await collect(blocks.readSamples(key.runId, 1, 7, counts));
      expect(read.map((samples) => samples.map(({ requestIndex: index }) => index))).toEqual([[0], [1], [2], [3], [4]]);
      expect(read[0]?.map(copySample)).toEqual([makeSample({ requestIndex: 0, batchIndex: 7, attempt: 1 })]);
      const columns = await collect(blocks.readColumns(key.runId, 1, 7, counts));
      expect(columns.map((all) => all && listRows(all))).toEqual(read);
      const timelines = await collect(blocks.readTimelines(key.runId, 1, 7, counts));
      expect(timelines.flat()).toEqual(
        [0, 1, 2, 3, 4].map((i) => ({ requestIndex: i, outputEventsMs: [i + 0.25, i + 1.125] })),
      );
    });

    it('omits uncounted blocks and unnamed attempts', async () => {
      const { blocks } = stores();
      const key = runOf();
      for (const sequence of [0, 1, 2]) await put(key, 1, sequence, sequence);
      await put(key, 2, 0, 3);
      const read = await collect(blocks.readSamples(key.runId, 1, 7, { 1: 2 }));
      expect(read.flat().map(({ requestIndex: index }) => index)).toEqual([0, 1]);
      const timelines = await collect(blocks.readTimelines(key.runId, 1, 7, { 1: 2 }));
      expect(timelines.flat().map(({ requestIndex: index }) => index)).toEqual([0, 1]);
    });

    it('returns the gaps of the counted blocks in key order, and none for a block without gaps', async () => {
      const { blocks } = stores();
      const key = runOf();
      for (const [attempt, sequence] of [
        [2, 0],
        [1, 1],
        [1, 0],
        [1, 2],
      ] as const) {
        const gaps = sequence === 1 ? undefined : Uint8Array.of(attempt, sequence);
        await blocks.put({ ...key, attempt, sequence }, [makeSample({ requestIndex: sequence, attempt })], [], gaps);
      }
      expect(await collect(blocks.readGaps(key.runId, 1, 7, { 1: 2, 2: 1 }))).toEqual([
        Uint8Array.of(1, 0),
        Uint8Array.of(2, 0),
      ]);
      expect(await collect(blocks.readGaps(key.runId, 1, 7, { 1: 3, 2: 1 }, { 1: 2 }))).toEqual([
        Uint8Array.of(1, 2),
        Uint8Array.of(2, 0),
      ]);
    });

    it('continues from a reader’s position in each attempt', async () => {
      const { blocks } = stores();
      const key = runOf();
      for (const sequence of [0, 1, 2, 3]) await put(key, 1, sequence, sequence);
      for (const sequence of [0, 1]) await put(key, 2, sequence, 10 + sequence);
      const indicesFrom = async (from: Record<string, number>) =>
        (await collect(blocks.readSamples(key.runId, 1, 7, { 1: 3, 2: 2 }, from)))
          .flat()
          .map(({ requestIndex: index }) => index);
      expect(await indicesFrom({ 1: 2 })).toEqual([2, 10, 11]);
      expect(await indicesFrom({ 1: 3, 2: 1 })).toEqual([11]);
      expect(await indicesFrom({ 1: 3, 2: 2 })).toEqual([]);
    });

    it('counts the sequences of an attempt up to the first gap', async () => {
      const key = runOf();
      for (const sequence of [0, 1, 3, 4]) await put(key, 1, sequence, sequence);
      await put(key, 2, 1, 9);
      expect(await stores().blocks.countBlocks(key.runId, 1, 7)).toEqual({ 1: 2 });
    });

    it('replaces a block that is written again', async () => {
      const { blocks } = stores();
      const key = runOf();
      await put(key, 1, 0, 5);
      await put(key, 1, 0, 6);
      const read = await collect(blocks.readSamples(key.runId, 1, 7, { 1: 1 }));
      expect(read.flat().map(({ requestIndex: index }) => index)).toEqual([6]);
    });

    it('returns null for each counted block that is missing, and the samples of the others', async () => {
      const { blocks } = stores();
      const key = runOf();
      await put(key, 1, 0, 4);
      const columns = await collect(blocks.readColumns(key.runId, 1, 7, { 1: 2, 2: 1 }));
      expect(columns.map((each) => each?.length ?? null)).toEqual([1, null, null]);
      const samples = (await collect(blocks.readSamples(key.runId, 1, 7, { 1: 2, 2: 1 }))).flat();
      expect(samples.map(({ requestIndex }) => requestIndex)).toEqual([4]);
    });

    it('stores a block without timelines, and timelines that need several items', async () => {
      const { blocks } = stores();
      const key = runOf();
      await blocks.put({ ...key, attempt: 1, sequence: 0 }, [makeSample()], []);
      const bytes = ids.randomBytes(1_200_000);
      let us = 0;
      const outputEventsMs = Array.from({ length: 400_000 }, (_, i) => {
        us += (bytes[3 * i] ?? 0) * 256 + (bytes[3 * i + 1] ?? 0);
        return us / 1_000;
      });
      await blocks.put({ ...key, attempt: 1, sequence: 1 }, [makeSample()], [{ requestIndex: 0, outputEventsMs }]);
      const timelines = await collect(blocks.readTimelines(key.runId, 1, 7, { 1: 2 }));
      expect(timelines).toEqual([[{ requestIndex: 0, outputEventsMs }]]);
      expect(await blocks.countBlocks(key.runId, 1, 7)).toEqual({ 1: 2 });
    });

    it('rejects a block that has too many samples or does not fit in an item, and writes nothing', async () => {
      const { blocks } = stores();
      const key = { ...runOf(), attempt: 1, sequence: 0 };
      const many = Array.from({ length: 501 }, (_, index) => makeSample({ requestIndex: index }));
      await expect(blocks.put(key, many, [])).rejects.toThrow(/501 samples; the maximum is 500/);
      const heavy = Array.from({ length: 400 }, (_, index) =>
        makeSample({
          requestIndex: index,
          error: { code: null, message: Buffer.from(ids.randomBytes(1_500)).toString('base64') },
        }),
      );
      await expect(blocks.put(key, heavy, [])).rejects.toThrow(/Write fewer samples per block/);
      expect(await blocks.countBlocks(key.runId, 1, 7)).toEqual({});
    });
  });
}
