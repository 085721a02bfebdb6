import type { Config } from '../../shared/config.ts';
import { composeBase, composeSecrets, composeWebhookStores } from '../compose-base.ts';
import { createSafeHttp } from './safe-http.ts';

export function composeNotifier(config: Config) {
  const { base, table } = composeBase(config);
  return {
    ...base,
    ...composeWebhookStores(table),
    secrets: composeSecrets(config),
    http: createSafeHttp(config.egress, base.clock, config),
  };
}

export type NotifierDeps = ReturnType<typeof composeNotifier>;
