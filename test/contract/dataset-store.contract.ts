import { describe, expect, it } from 'vitest';
import { deriveId } from '../../shared/ids/ids.ts';
import type { Stores } from '../../shared/ports.ts';
import { expectRefusedCursors, listAll } from './list-all.ts';
import { ids, makeDataset } from './make-record.ts';

/** Contract of `DatasetStore`, for any implementation. */
export function describeDatasetStore(stores: () => Stores): void {
  describe('DatasetStore', () => {
    it('returns a text of any length unchanged, only to its own tenant', async () => {
      const { datasets } = stores();
      for (const text of [
        '\ufeff{"prompt":"\u{1F600}"}\r\n',
        Buffer.from(ids.randomBytes(2_000_000)).toString('hex'),
      ]) {
        const dataset = makeDataset({ name: 'mine' });
        const { tenantId, datasetId } = dataset;
        expect(await datasets.create(dataset, text)).toEqual({ dataset, created: true });
        expect(await datasets.get(tenantId, datasetId)).toEqual(dataset);
        expect(await datasets.getText(tenantId, datasetId)).toBe(text);
        const other = ids.next('tenant');
        expect(await datasets.get(other, datasetId)).toBeNull();
        expect(await datasets.getText(other, datasetId)).toBeNull();
        expect(await datasets.remove(other, datasetId)).toBe(false);
      }
    });

    it('keeps the first dataset of an id, and reports that', async () => {
      const { datasets } = stores();
      const dataset = makeDataset({ name: 'first' });
      await datasets.create(dataset, 'text');
      const again = await datasets.create({ ...dataset, name: 'second', createdAtMs: dataset.createdAtMs + 1 }, 'text');
      expect(again).toEqual({ dataset, created: false });
      expect(await datasets.get(dataset.tenantId, dataset.datasetId)).toEqual(dataset);
    });

    it('keeps one complete dataset if several are created at once', async () => {
      const { datasets } = stores();
      const dataset = makeDataset();
      const text = Buffer.from(ids.randomBytes(500_000)).toString('hex');
      const uploads = [0, 1, 2, 3].map((i) => ({ ...dataset, createdAtMs: dataset.createdAtMs + i }));
      const results = await Promise.all(uploads.map((upload) => datasets.create(upload, text)));
      expect(results.filter(({ created }) => created)).toHaveLength(1);
      const held = await datasets.get(dataset.tenantId, dataset.datasetId);
      for (const result of results) expect(result.dataset).toEqual(held);
      expect(await datasets.getText(dataset.tenantId, dataset.datasetId)).toBe(text);
    });

    it('removes a dataset with its text, which can be created again', async () => {
      const { datasets } = stores();
      const dataset = makeDataset();
      const { tenantId, datasetId } = dataset;
      await datasets.create(dataset, 'text');
      expect(await datasets.remove(tenantId, datasetId)).toBe(true);
      expect(await datasets.remove(tenantId, datasetId)).toBe(false);
      expect(await datasets.get(tenantId, datasetId)).toBeNull();
      expect(await datasets.getText(tenantId, datasetId)).toBeNull();
      const later = { ...dataset, createdAtMs: dataset.createdAtMs + 5 };
      expect(await datasets.create(later, 'text')).toEqual({ dataset: later, created: true });
      expect(await datasets.getText(tenantId, datasetId)).toBe('text');
    });

    it('lists newest first, although ids do not sort by time, and rejects foreign cursors', async () => {
      const { datasets } = stores();
      const tenantId = ids.next('tenant');
      const all = Array.from({ length: 5 }, (_, i) =>
        makeDataset({ tenantId, datasetId: deriveId('dataset', tenantId, i), createdAtMs: 1_000 + i }),
      );
      for (const dataset of all.toSorted((a, b) => (a.datasetId < b.datasetId ? -1 : 1)))
        await datasets.create(dataset, 'text');
      const pages = await listAll((page) => datasets.list(tenantId, page), 2);
      expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
      expect(pages.flat()).toEqual(all.toReversed());
      const { cursor } = await datasets.list(tenantId, { limit: 1, cursor: null });
      await expectRefusedCursors(cursor, (page) => datasets.list(ids.next('tenant'), page));
    });
  });
}
