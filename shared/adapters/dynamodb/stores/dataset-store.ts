import type { DatasetStore } from '../../../ports.ts';
import { type DatasetRecord, datasetRecordSchema } from '../../../records/records.ts';
import { attributeIs, itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { datasetPartition, tenantItemKey, tenantPartition } from '../keys.ts';
import { createPosition, listIndexed, readPositionId } from '../list-page.ts';
import { type Item, parseRecord, toAttributes } from '../record.ts';
import { getTextParts, putTextParts, textPartKeys, textPartsSchema } from '../text-parts.ts';

const datasetKey = (tenantId: string, id: string) => tenantItemKey(tenantId, 'DATASET', id);
const listPartition = (tenantId: string) => `${tenantPartition(tenantId)}#DATASETS`;
const datasetPosition = ({ createdAtMs, datasetId }: DatasetRecord) => createPosition(createdAtMs, datasetId);
/** Each upload's parts have names of their own: those of one that was removed are not those of one that came after it. */
const partPrefix = ({ createdAtMs }: DatasetRecord) => String(createdAtMs);

const storedSchema = datasetRecordSchema.extend({ text: textPartsSchema });

function parseDataset(item: Item) {
  const { text, ...record } = parseRecord(storedSchema, item);
  return { record, text };
}

/** Parts first, then the item that names them: a dataset is there wholly or not at all. */
export function createDatasetStore(table: ItemTable): DatasetStore {
  const find = async (tenantId: string, datasetId: string) => {
    const item = await table.get(datasetKey(tenantId, datasetId));
    return item === null ? null : parseDataset(item);
  };
  const removeParts = (record: DatasetRecord, text: { sha256: string; parts: number }) =>
    table.removeMany(iterate(textPartKeys(datasetPartition(record.datasetId), partPrefix(record), text)));
  return {
    create: async (dataset, content) => {
      const found = await find(dataset.tenantId, dataset.datasetId);
      if (found !== null) return { dataset: found.record, created: false };
      const text = await putTextParts(table, datasetPartition(dataset.datasetId), partPrefix(dataset), content);
      const item = {
        ...datasetKey(dataset.tenantId, dataset.datasetId),
        ...toAttributes(dataset),
        text,
        gsi1pk: listPartition(dataset.tenantId),
        gsi1sk: datasetPosition(dataset),
      };
      if (await table.put(item, itemIsAbsent)) return { dataset, created: true };
      const winner = await find(dataset.tenantId, dataset.datasetId);
      // The same instant: it was written by an earlier try of this very call, whose answer was lost.
      if (winner?.record.createdAtMs === dataset.createdAtMs) return { dataset: winner.record, created: true };
      await removeParts(dataset, text);
      if (winner === null) throw new Error(`Dataset ${dataset.datasetId} was neither created nor found`);
      return { dataset: winner.record, created: false };
    },
    get: async (tenantId, datasetId) => (await find(tenantId, datasetId))?.record ?? null,
    getText: async (tenantId, datasetId) => {
      const found = await find(tenantId, datasetId);
      if (found === null) return null;
      return getTextParts(table, datasetPartition(datasetId), partPrefix(found.record), found.text);
    },
    list: (tenantId, page) =>
      listIndexed<DatasetRecord>(table, page, {
        scope: { tenantId, list: 'datasets' },
        partition: listPartition(tenantId),
        positionOf: datasetPosition,
        keyOf: (place) => datasetKey(tenantId, readPositionId(place)),
        parse: (item) => parseDataset(item).record,
      }),
    remove: async (tenantId, datasetId) => {
      const found = await find(tenantId, datasetId);
      if (found === null) return false;
      const sameUpload = attributeIs('createdAtMs', '=', found.record.createdAtMs);
      if (!(await table.remove(datasetKey(tenantId, datasetId), sameUpload))) return false;
      await removeParts(found.record, found.text);
      return true;
    },
  };
}

async function* iterate<T>(items: readonly T[]) {
  yield* items;
}
