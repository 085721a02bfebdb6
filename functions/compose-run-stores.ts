import type { ItemTable } from '../shared/adapters/dynamodb/item-table.ts';
import { createBlockStore } from '../shared/adapters/dynamodb/stores/block-store.ts';
import { createCredentialStore } from '../shared/adapters/dynamodb/stores/credential-stores.ts';
import { createExchangeStore } from '../shared/adapters/dynamodb/stores/exchange-store.ts';
import { createBatchStore, createStageStore } from '../shared/adapters/dynamodb/stores/run-part-stores.ts';
import { createRunStore } from '../shared/adapters/dynamodb/stores/run-store.ts';
import { createTargetCheckStore } from '../shared/adapters/dynamodb/stores/target-check-store.ts';
import type { Clock } from '../shared/ports.ts';

/** Creates the stores that hold the data of an active run. */
export function composeRunStores(table: ItemTable, clock: Pick<Clock, 'nowMs'>) {
  return {
    runs: createRunStore(table),
    stages: createStageStore(table),
    batches: createBatchStore(table),
    blocks: createBlockStore(table),
    credentials: createCredentialStore(table, clock),
    targetChecks: createTargetCheckStore(table),
    exchanges: createExchangeStore(table),
  };
}
