import type { ReportStore } from '../../../ports.ts';
import type { ItemTable } from '../item-table.ts';
import { runPartition } from '../keys.ts';
import { parseRecord } from '../record.ts';
import { getTextParts, putTextParts, textPartsSchema } from '../text-parts.ts';

const prefix = 'REPORT';

/** Parts first, then the one item that names them: a report is there wholly or not at all. */
export function createReportStore(table: ItemTable): ReportStore {
  return {
    put: async (runId, json) => {
      const pk = runPartition(runId);
      const where = await putTextParts(table, pk, prefix, json);
      await table.put({ pk, sk: prefix, ...where });
    },
    get: async (runId) => {
      const pk = runPartition(runId);
      const head = await table.get({ pk, sk: prefix });
      return head === null ? null : getTextParts(table, pk, prefix, parseRecord(textPartsSchema, head));
    },
  };
}
