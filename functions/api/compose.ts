import { composeStores } from '../../shared/adapters/dynamodb/compose-stores.ts';
import type { Config } from '../../shared/config.ts';
import type { BaseDeps, SecretBox, Stores } from '../../shared/ports.ts';
import { composeBase } from '../compose-base.ts';
import { composeSecrets } from '../compose-secrets.ts';

export type ApiDeps = BaseDeps & Stores & { secrets: SecretBox };

export function composeApi(config: Config): ApiDeps {
  const { base, table } = composeBase(config);
  return { ...base, ...composeStores(table, base.clock), secrets: composeSecrets(config) };
}
