import type { Config } from '../../shared/config.ts';
import type { BaseDeps } from '../../shared/ports.ts';
import { composeBase } from '../compose-base.ts';
import { composeRunStores, type RunStores } from '../compose-run-stores.ts';
import { composeWebhookStores, type WebhookStores } from '../compose-webhook-stores.ts';

export type CoordinatorDeps = BaseDeps & RunStores & WebhookStores;

export function composeCoordinator(config: Config): CoordinatorDeps {
  const { base, table } = composeBase(config);
  return { ...base, ...composeRunStores(table, base.clock), ...composeWebhookStores(table) };
}
