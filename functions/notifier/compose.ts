import { createSafeHttp } from '../../shared/adapters/safe-http.ts';
import type { Config } from '../../shared/config.ts';
import { composeBase } from '../compose-base.ts';
import { composeSecrets } from '../compose-secrets.ts';
import { composeWebhookStores } from '../compose-webhook-stores.ts';

export function composeNotifier(config: Config) {
  const { base, table } = composeBase(config);
  return {
    ...base,
    ...composeWebhookStores(table),
    secrets: composeSecrets(config),
    http: createSafeHttp(config.egress, base.clock),
  };
}

export type NotifierDeps = ReturnType<typeof composeNotifier>;
