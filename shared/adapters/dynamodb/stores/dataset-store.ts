import type { DatasetStore } from '../../../ports.ts';
import { type DatasetRecord, datasetRecordSchema } from '../../../records/records.ts';
import { attributeIs, itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { datasetPartition, tenantItemKey, tenantPartition } from '../keys.ts';
import { createPosition, listIndexed, readPositionId } from '../list-page.ts';
import { type Item, parseRecord, toAttributes } from '../record.ts';
import { getTextParts, putTextParts, type TextParts, textPartKeys, textPartsSchema } from '../text-parts.ts';

const datasetKey = (tenantId: string, id: string) => tenantItemKey(tenantId, 'DATASET', id);
const listPartition = (tenantId: string) => `${tenantPartition(tenantId)}#DATASETS`;
const readPosition = ({ createdAtMs, datasetId }: DatasetRecord) => createPosition(createdAtMs, datasetId);
/** Prefix of an upload's parts. Each upload has a different prefix, so deleting one upload never affects another. */
const buildPartPrefix = ({ createdAtMs }: DatasetRecord) => String(createdAtMs);

const storedSchema = datasetRecordSchema.extend({ text: textPartsSchema });

function parseDataset(item: Item) {
  const { text, ...record } = parseRecord(storedSchema, item);
  return { record, text };
}

/** Creates the dataset store. Writes text parts before the item that refers to them, so no reader gets partial text. */
export function createDatasetStore(table: ItemTable): DatasetStore {
  const find = async (tenantId: string, datasetId: string) => {
    const item = await table.get(datasetKey(tenantId, datasetId));
    return item === null ? null : parseDataset(item);
  };
  const removeParts = (record: DatasetRecord, text: TextParts) =>
    table.removeMany(textPartKeys(datasetPartition(record.datasetId), buildPartPrefix(record), text));
  return {
    create: async (dataset, content) => {
      const found = await find(dataset.tenantId, dataset.datasetId);
      if (found !== null) return { dataset: found.record, created: false };
      const text = await putTextParts(table, datasetPartition(dataset.datasetId), buildPartPrefix(dataset), content);
      const item = {
        ...datasetKey(dataset.tenantId, dataset.datasetId),
        ...toAttributes(dataset),
        text,
        gsi1pk: listPartition(dataset.tenantId),
        gsi1sk: readPosition(dataset),
      };
      if (await table.put(item, itemIsAbsent)) return { dataset, created: true };
      const winner = await find(dataset.tenantId, dataset.datasetId);
      // An equal creation time means that an earlier attempt of this call wrote the dataset, but its response was lost.
      if (winner?.record.createdAtMs === dataset.createdAtMs) return { dataset: winner.record, created: true };
      await removeParts(dataset, text);
      if (winner === null)
        throw new Error(`Internal error: dataset ${dataset.datasetId} could not be created, and it does not exist`);
      return { dataset: winner.record, created: false };
    },
    get: async (tenantId, datasetId) => (await find(tenantId, datasetId))?.record ?? null,
    getText: async (tenantId, datasetId) => {
      const found = await find(tenantId, datasetId);
      if (found === null) return null;
      return getTextParts(table, datasetPartition(datasetId), buildPartPrefix(found.record), found.text);
    },
    list: (tenantId, page) =>
      listIndexed<DatasetRecord>(table, page, {
        scope: { tenantId, list: 'datasets' },
        partition: listPartition(tenantId),
        readPosition,
        buildKey: (position) => datasetKey(tenantId, readPositionId(position)),
        parse: (item) => parseDataset(item).record,
      }),
    remove: async (tenantId, datasetId) => {
      const found = await find(tenantId, datasetId);
      if (found === null) return false;
      const isSameUpload = attributeIs('createdAtMs', '=', found.record.createdAtMs);
      if (!(await table.remove(datasetKey(tenantId, datasetId), isSameUpload))) return false;
      await removeParts(found.record, found.text);
      return true;
    },
  };
}
