import { composeBase } from '../../functions/compose-base.ts';
import { createApiKeyStore } from '../../shared/adapters/dynamodb/stores/credential-stores.ts';
import { loadConfig } from '../../shared/config.ts';
import type { Deps } from '../../shared/ports.ts';
import { mapKinds, nameQueues } from '../message-kinds.ts';

/** What is needed to make a key in a deployed table, with the credentials of the shell. Queues and secrets are out of reach. */
export function stackDeps(region: string, tableName: string): Pick<Deps, 'apiKeys' | 'clock' | 'config' | 'ids'> {
  const config = loadConfig({
    TABLE_NAME: tableName,
    AWS_REGION: region,
    ...nameQueues(mapKinds(() => 'https://unused.invalid')),
    KMS_KEY_ID: 'unused',
  });
  const { base, table } = composeBase(config);
  return { ...base, apiKeys: createApiKeyStore(table, base.clock) };
}
