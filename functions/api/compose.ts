import { createObjectStore } from '../../shared/adapters/object-store.ts';
import type { Config } from '../../shared/config.ts';
import type { ReadParquet } from '../../shared/workload/datasets/encodings/parquet/read-parquet.ts';
import { composeBase, composeSecrets } from '../compose-base.ts';
import { composeStores } from './compose-stores.ts';

export function composeApi(config: Config) {
  const { base, table } = composeBase(config);
  const secrets = composeSecrets(config);
  return { ...base, ...composeStores(table, base.clock), objects: createObjectStore(config), secrets };
}

export type ApiDeps = ReturnType<typeof composeApi> & {
  /** Reads Parquet files where requests are isolated from each other. If absent, each file is read on its own thread. */
  readParquet?: ReadParquet;
};
