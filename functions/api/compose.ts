import { composeStores } from '../../shared/adapters/dynamodb/compose-stores.ts';
import type { Config } from '../../shared/config.ts';
import { composeBase } from '../compose-base.ts';
import { composeSecrets } from '../compose-secrets.ts';

export function composeApi(config: Config) {
  const { base, table } = composeBase(config);
  return { ...base, ...composeStores(table, base.clock), secrets: composeSecrets(config) };
}

export type ApiDeps = ReturnType<typeof composeApi>;
