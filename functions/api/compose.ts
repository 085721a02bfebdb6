import type { Config } from '../../shared/config.ts';
import { composeBase, composeSecrets } from '../compose-base.ts';
import { composeStores } from './compose-stores.ts';

export function composeApi(config: Config) {
  const { base, table } = composeBase(config);
  return { ...base, ...composeStores(table, base.clock), secrets: composeSecrets(config) };
}

export type ApiDeps = ReturnType<typeof composeApi>;
