import { createReportStore } from '../../shared/adapters/dynamodb/stores/report-store.ts';
import type { Config } from '../../shared/config.ts';
import type { BaseDeps, Stores } from '../../shared/ports.ts';
import { composeBase } from '../compose-base.ts';
import { composeRunStores, type RunStores } from '../compose-run-stores.ts';
import { composeWebhookStores, type WebhookStores } from '../compose-webhook-stores.ts';

export type FinalizerDeps = BaseDeps & RunStores & WebhookStores & Pick<Stores, 'reports'>;

export function composeFinalizer(config: Config): FinalizerDeps {
  const { base, table } = composeBase(config);
  const stores = { ...composeRunStores(table, base.clock), ...composeWebhookStores(table) };
  return { ...base, ...stores, reports: createReportStore(table) };
}
