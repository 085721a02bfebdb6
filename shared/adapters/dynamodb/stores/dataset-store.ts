import type { z } from 'zod';
import { type DatasetRecord, datasetRecordSchema } from '../../../records/records.ts';
import type { DatasetStore } from '../../../tenant-stores.ts';
import { attributeIs, itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { datasetPartition, tenantPartition } from '../keys.ts';
import { openTenantItems } from '../tenant-items.ts';
import { getTextParts, putTextParts, type TextParts, textPartKeys, textPartsSchema } from '../text-parts.ts';

const listPartition = (tenantId: string) => `${tenantPartition(tenantId)}#DATASETS`;
/** Prefix of an upload's parts. Each upload has a different prefix, so deleting one upload never affects another. */
const buildPartPrefix = ({ createdAtMs }: DatasetRecord) => String(createdAtMs);

const storedSchema = datasetRecordSchema.extend({ text: textPartsSchema });
const omitText = ({ text: _, ...record }: z.infer<typeof storedSchema>): DatasetRecord => record;

/** Creates the dataset store. Writes text parts before the item that refers to them, so no reader gets partial text. */
export function createDatasetStore(table: ItemTable): DatasetStore {
  const items = openTenantItems(table, {
    schema: storedSchema,
    kind: 'DATASET',
    identify: ({ tenantId, datasetId: id, createdAtMs }) => ({ tenantId, id, createdAtMs }),
  });
  const removeParts = (record: DatasetRecord, text: TextParts) =>
    table.removeMany(textPartKeys(datasetPartition(record.datasetId), buildPartPrefix(record), text));
  return {
    create: async (dataset, content) => {
      const { tenantId, datasetId, createdAtMs } = dataset;
      const found = await items.get(tenantId, datasetId);
      if (found !== null) return { dataset: omitText(found), created: false };
      const text = await putTextParts(table, datasetPartition(datasetId), buildPartPrefix(dataset), content);
      const stored = { ...dataset, text };
      const item = { ...items.toItem(stored), ...items.buildPlace(listPartition(tenantId), stored) };
      if (await table.put(item, itemIsAbsent)) return { dataset, created: true };
      const winner = await items.get(tenantId, datasetId);
      // An equal creation time means that an earlier attempt of this call wrote the dataset, but its response was lost.
      if (winner?.createdAtMs === createdAtMs) return { dataset: omitText(winner), created: true };
      await removeParts(dataset, text);
      if (winner === null)
        throw new Error(`Internal error: dataset ${datasetId} could not be created, and it does not exist`);
      return { dataset: omitText(winner), created: false };
    },
    get: async (tenantId, datasetId) => {
      const found = await items.get(tenantId, datasetId);
      return found === null ? null : omitText(found);
    },
    getText: async (tenantId, datasetId) => {
      const found = await items.get(tenantId, datasetId);
      if (found === null) return null;
      return getTextParts(table, datasetPartition(datasetId), buildPartPrefix(found), found.text);
    },
    list: async (tenantId, page) => {
      const found = await items.listByCreation(tenantId, page, listPartition(tenantId), 'datasets');
      return { ...found, items: found.items.map(omitText) };
    },
    remove: async (tenantId, datasetId) => {
      const found = await items.get(tenantId, datasetId);
      if (found === null) return false;
      const isSameUpload = attributeIs('createdAtMs', '=', found.createdAtMs);
      if (!(await table.remove(items.buildKey(tenantId, datasetId), isSameUpload))) return false;
      await removeParts(found, found.text);
      return true;
    },
  };
}
