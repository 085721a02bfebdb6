import { describe, expect, it } from 'vitest';
import type { Stores } from '../../shared/ports.ts';
import { quietNote } from '../support/factories/sample-factory.ts';
import { ids, makeBatch } from './make-record.ts';

/** Contract of `BatchStore`, for any implementation. */
export function describeBatchStore(stores: () => Stores): void {
  describe('BatchStore', () => {
    it('creates a batch once and returns exactly that batch', async () => {
      const { batches } = stores();
      const batch = makeBatch({ stageIndex: 2, batchIndex: 11, blocks: { 1: 4, 12: 1 } });
      expect(await batches.create(batch)).toBe(true);
      expect(await batches.create({ ...batch, attempt: 9 })).toBe(false);
      expect(await batches.get(batch.runId, 2, 11)).toEqual(batch);
      expect(await batches.get(batch.runId, 2, 12)).toBeNull();
    });

    it('lists the batches of a run or of a stage in index order', async () => {
      const { batches } = stores();
      const runId = ids.next('run');
      const numbers = [
        [10, 0],
        [2, 10],
        [2, 9],
        [0, 1_000],
        [0, 2],
        [1, 0],
      ] as const;
      for (const [stageIndex, batchIndex] of numbers)
        await batches.create(makeBatch({ runId, stageIndex, batchIndex }));
      await batches.create(makeBatch());
      const listed = async (stageIndex?: number) =>
        (await batches.list(runId, stageIndex)).map((batch) => [batch.stageIndex, batch.batchIndex]);
      expect(await listed()).toEqual(numbers.toSorted(([a, b], [c, d]) => a - c || b - d));
      expect(await listed(2)).toEqual([
        [2, 9],
        [2, 10],
      ]);
      expect(await listed(1)).toEqual([[1, 0]]);
      expect(await listed(3)).toEqual([]);
    });

    it('lets one of many workers claim an attempt', async () => {
      const { batches } = stores();
      const batch = makeBatch();
      await batches.create(batch);
      const owners = Array.from({ length: 12 }, (_, i) => `worker-${i}`);
      const claims = await Promise.all(
        owners.map((leaseOwner) =>
          batches.update(
            batch,
            { status: 'queued', attempt: 1, leaseOwner: null },
            { status: 'running', leaseOwner, leaseExpiresAtMs: 5 },
          ),
        ),
      );
      const winners = claims.filter((claim) => claim !== null);
      expect(winners).toHaveLength(1);
      expect(winners[0]).toEqual(await batches.get(batch.runId, 0, 0));
    });

    it('rejects the writes of a worker with an older attempt', async () => {
      const { batches } = stores();
      const batch = makeBatch({ status: 'running', attempt: 2, leaseOwner: 'new' });
      await batches.create(batch);
      const stale = await batches.update(batch, { attempt: 1, leaseOwner: 'old' }, { status: 'done' });
      expect(stale).toBeNull();
      expect(await batches.get(batch.runId, 0, 0)).toEqual(batch);
      expect(await batches.update(makeBatch(), {}, { status: 'done' })).toBeNull();
    });

    it('keeps the notes of attempts apart, and lets an older attempt replace none', async () => {
      const { batches } = stores();
      const batch = makeBatch({ stageIndex: 1, batchIndex: 3 });
      await batches.create(batch);
      const { batchIndex: _, ...quiet } = quietNote;
      const [first, second, third] = [
        { ...quiet, attempt: 1 },
        { ...quiet, attempt: 2 },
        { ...quiet, attempt: 3 },
      ] as const;
      await batches.putNote({ ...batch, batchIndex: 4 }, 0, third);
      await batches.putNote(batch, 0, first);
      await batches.putNote(batch, 1, third);
      await batches.putNote(batch, 1, second);
      expect(await batches.listNotes(batch.runId, 1)).toEqual([
        { batchIndex: 3, position: 0, note: first },
        { batchIndex: 3, position: 1, note: third },
        { batchIndex: 4, position: 0, note: third },
      ]);
      expect(await batches.listNotes(batch.runId, 2)).toEqual([]);
      expect(await batches.get(batch.runId, 1, 3)).toEqual(batch);
      expect(await batches.list(batch.runId)).toEqual([batch]);
    });

    it('throws for an expectation that it cannot check', async () => {
      const { batches } = stores();
      const batch = makeBatch();
      await batches.create(batch);
      await expect(batches.update(batch, { blocks: {} }, { status: 'done' })).rejects.toThrow(/blocks/);
    });
  });
}
