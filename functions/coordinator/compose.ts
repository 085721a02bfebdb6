import { createDailyUsageStore } from '../../shared/adapters/dynamodb/stores/daily-usage-store.ts';
import { createUsageStore } from '../../shared/adapters/dynamodb/stores/usage-store.ts';
import { createWorkerClaimStore } from '../../shared/adapters/dynamodb/stores/worker-claim-store.ts';
import type { Config } from '../../shared/config.ts';
import { composeBase, composeWebhookStores } from '../compose-base.ts';
import { composeRunStores } from '../compose-run-stores.ts';

export function composeCoordinator(config: Config) {
  const { base, table } = composeBase(config);
  const stores = { ...composeRunStores(table, base.clock), ...composeWebhookStores(table) };
  return {
    ...base,
    ...stores,
    workerClaims: createWorkerClaimStore(table),
    usage: createUsageStore(table),
    dailyUsage: createDailyUsageStore(table),
  };
}

export type CoordinatorDeps = ReturnType<typeof composeCoordinator>;
