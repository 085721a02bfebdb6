import { z } from 'zod';
import { countSchema } from '../../../number-schema.ts';
import type { AdmissionStore } from '../../../tenant-stores.ts';
import { attributeIs, itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { tenantPartition } from '../keys.ts';
import { parseFound } from '../record.ts';

const admissionsSchema = z.object({
  version: countSchema,
  groups: z.array(z.object({ runId: z.string(), groupIndex: countSchema, workers: countSchema })),
});

/** Creates the store of admitted groups. A tenant has one item, so that two runs are never admitted at the same time. */
export function createAdmissionStore(table: ItemTable): AdmissionStore {
  const buildKey = (tenantId: string) => ({ pk: tenantPartition(tenantId), sk: 'ADMISSIONS' });
  return {
    get: async (tenantId) => parseFound(admissionsSchema, await table.get(buildKey(tenantId))),
    replace: async (tenantId, stored, groups) => {
      const key = buildKey(tenantId);
      if (stored === null) return table.put({ ...key, version: 1, groups }, itemIsAbsent);
      const isUnchanged = attributeIs('version', '=', stored.version);
      return (await table.update(key, { set: { version: stored.version + 1, groups } }, [isUnchanged])) !== null;
    },
  };
}
