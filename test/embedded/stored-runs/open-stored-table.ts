import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { mapKinds, nameQueues } from '../../../infra/message-kinds.ts';
import { loadConfig } from '../../../shared/config.ts';
import type { Deps } from '../../../shared/ports.ts';
import { composeAll } from '../../support/service/compose-all.ts';
import { openEmbeddedTable } from '../../support/service/embedded-table.ts';
import type { StoredRuns } from './read-stored-runs.ts';

export type StoredTable = {
  deps: Deps;
  /** The time that the use cases see. Tests set it. */
  clock: { atMs: number };
  close(): Promise<void>;
};

/** Opens an embedded table with the stored items, unchanged, and the stored reports. */
export async function openStoredTable({ items, reports }: StoredRuns): Promise<StoredTable> {
  const { client, tableName, stores, clock, close } = await openEmbeddedTable();
  for (const item of items) await client.send(new PutItemCommand({ TableName: tableName, Item: item }));
  for (const [runId, text] of reports) await stores.reports.put(runId, text);
  const nowhere = 'http://127.0.0.1:9';
  const config = loadConfig({
    TABLE_NAME: tableName,
    ...nameQueues(mapKinds(() => nowhere)),
    // The setting under which the runs were stored. The manifest of an import depends on it.
    MAX_STREAMS_PER_WORKER: '8',
    RATE_LIMIT_PER_MINUTE: '1000000',
    TENANT_RATE_LIMIT_PER_MINUTE: '10000000',
    LOG_LEVEL: 'silent',
    // Nothing in these runs is sealed, so no key is ever used.
    KMS_KEY_ID: 'unused',
  });
  const composed = composeAll(config);
  const deps: Deps = { ...composed, ...stores, clock: { ...composed.clock, nowMs: () => clock.atMs } };
  return { deps, clock, close };
}
