import type { Config } from '../../shared/config.ts';
import { composeBase, composeWebhookStores } from '../compose-base.ts';
import { composeRunStores } from '../compose-run-stores.ts';

export function composeCoordinator(config: Config) {
  const { base, table } = composeBase(config);
  return { ...base, ...composeRunStores(table, base.clock), ...composeWebhookStores(table) };
}

export type CoordinatorDeps = ReturnType<typeof composeCoordinator>;
