import { createReportStore } from '../../shared/adapters/dynamodb/stores/run-part-stores.ts';
import type { Config } from '../../shared/config.ts';
import { composeBase, composeWebhookStores } from '../compose-base.ts';
import { composeRunStores } from '../compose-run-stores.ts';

export function composeFinalizer(config: Config) {
  const { base, table } = composeBase(config);
  const stores = { ...composeRunStores(table, base.clock), ...composeWebhookStores(table) };
  return { ...base, ...stores, reports: createReportStore(table) };
}

export type FinalizerDeps = ReturnType<typeof composeFinalizer>;
