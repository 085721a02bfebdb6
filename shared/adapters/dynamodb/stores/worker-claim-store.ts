import { z } from 'zod';
import { countSchema } from '../../../number-schema.ts';
import { workerClaimSchema } from '../../../records/worker-claim.ts';
import type { WorkerClaimStore } from '../../../tenant-stores.ts';
import { attributeIs, itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { workerClaimsKey } from '../keys.ts';
import { parseFound } from '../record.ts';

const workerClaimsSchema = z.object({ version: countSchema, claims: z.array(workerClaimSchema) });

/** Creates the store of claims. All claims are in one item, so that two groups never get the same workers. */
export function createWorkerClaimStore(table: ItemTable): WorkerClaimStore {
  return {
    get: async () => parseFound(workerClaimsSchema, await table.get(workerClaimsKey)),
    replace: async (stored, claims) => {
      if (stored === null) return table.put({ ...workerClaimsKey, version: 1, claims }, itemIsAbsent);
      const isUnchanged = attributeIs('version', '=', stored.version);
      return (
        (await table.update(workerClaimsKey, { set: { version: stored.version + 1, claims } }, [isUnchanged])) !== null
      );
    },
  };
}
