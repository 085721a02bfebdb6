import { createDailyUsageStore } from '../../shared/adapters/dynamodb/stores/daily-usage-store.ts';
import { createReportStore } from '../../shared/adapters/dynamodb/stores/run-part-stores.ts';
import { createUsageStore } from '../../shared/adapters/dynamodb/stores/usage-store.ts';
import { createObjectStore } from '../../shared/adapters/object-store.ts';
import type { Config } from '../../shared/config.ts';
import { composeBase, composeWebhookStores } from '../compose-base.ts';
import { composeRunStores } from '../compose-run-stores.ts';

export function composeFinalizer(config: Config) {
  const { base, table } = composeBase(config);
  const stores = { ...composeRunStores(table, base.clock), ...composeWebhookStores(table) };
  return {
    ...base,
    ...stores,
    reports: createReportStore(table),
    objects: createObjectStore(config),
    usage: createUsageStore(table),
    dailyUsage: createDailyUsageStore(table),
  };
}

export type FinalizerDeps = ReturnType<typeof composeFinalizer>;
