import { createSafeHttp } from '../../shared/adapters/safe-http.ts';
import type { Config } from '../../shared/config.ts';
import type { BaseDeps, SafeHttp, SecretBox } from '../../shared/ports.ts';
import { composeBase } from '../compose-base.ts';
import { composeSecrets } from '../compose-secrets.ts';
import { composeWebhookStores, type WebhookStores } from '../compose-webhook-stores.ts';

export type NotifierDeps = BaseDeps & WebhookStores & { secrets: SecretBox; http: SafeHttp };

export function composeNotifier(config: Config): NotifierDeps {
  const { base, table } = composeBase(config);
  return {
    ...base,
    ...composeWebhookStores(table),
    secrets: composeSecrets(config),
    http: createSafeHttp(config.egress, base.clock),
  };
}
