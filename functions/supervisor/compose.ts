import { createCredentialStore } from '../../shared/adapters/dynamodb/stores/credential-stores.ts';
import { createDatasetStore } from '../../shared/adapters/dynamodb/stores/dataset-store.ts';
import { createPriceBookStore } from '../../shared/adapters/dynamodb/stores/price-book-store.ts';
import { createRunStore } from '../../shared/adapters/dynamodb/stores/run-store.ts';
import { createScheduleStore } from '../../shared/adapters/dynamodb/stores/schedule-store.ts';
import { createUsageStore } from '../../shared/adapters/dynamodb/stores/usage-store.ts';
import type { Config } from '../../shared/config.ts';
import { composeBase, composeSecrets, composeWebhookStores } from '../compose-base.ts';

export function composeSupervisor(config: Config) {
  const { base, table } = composeBase(config);
  return {
    ...base,
    ...composeWebhookStores(table),
    runs: createRunStore(table),
    credentials: createCredentialStore(table, base.clock),
    datasets: createDatasetStore(table),
    priceBook: createPriceBookStore(table),
    schedules: createScheduleStore(table),
    usage: createUsageStore(table),
    secrets: composeSecrets(config),
  };
}

export type SupervisorDeps = ReturnType<typeof composeSupervisor>;
