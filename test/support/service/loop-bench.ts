import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { bootstrapApiKey } from '../../../functions/api/api-keys/create-api-key.ts';
import { ensureQueues } from '../../../infra/local/queues/ensure-queues.ts';
import { startEmbeddedSqs } from '../../../infra/local/stores/embedded-sqs.ts';
import { mapKinds, nameQueues } from '../../../infra/message-kinds.ts';
import { createSqsClient } from '../../../shared/adapters/aws-clients.ts';
import { createMasterKeyFile } from '../../../shared/adapters/file-secret-box.ts';
import { createClock } from '../../../shared/adapters/system-clock.ts';
import { createIds } from '../../../shared/adapters/ulid-ids.ts';
import { openTable } from './embedded-table.ts';
import { startApiProcess } from './start-api-process.ts';

const storeEntry = fileURLToPath(new URL('./embedded-dynamodb-process.ts', import.meta.url));

export type LoopBench = Awaited<ReturnType<typeof openLoopBench>>;

/** Opens the API in a process of its own, over a table in another process. The process measures its event loop. */
export async function openLoopBench(environment: Record<string, string> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'tokenmeter-loop-'));
  const store = spawn(process.execPath, [storeEntry, join(folder, 'table')], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [endpoint] = await once(createInterface({ input: store.stdout }), 'line');
  const { stores, tableName, ...table } = await openTable(String(endpoint), 'tokenmeter-test');
  const masterKeyFile = join(folder, 'master-key');
  await createMasterKeyFile(masterKeyFile);
  const sqs = await startEmbeddedSqs();
  const client = createSqsClient({ region: 'us-east-1', sqsEndpoint: sqs.endpoint });
  const queues = await ensureQueues(client, sqs.endpoint, 'test');
  const findUrl = (kind: string) => queues.find(({ definition }) => definition.kind === kind)?.queue.url ?? '';
  const api = await startApiProcess({
    TABLE_NAME: tableName,
    DYNAMODB_ENDPOINT: String(endpoint),
    ...nameQueues(mapKinds(findUrl)),
    SQS_ENDPOINT: sqs.endpoint,
    MASTER_KEY_FILE: masterKeyFile,
    RATE_LIMIT_PER_MINUTE: '1000000',
    TENANT_RATE_LIMIT_PER_MINUTE: '10000000',
    ...environment,
  });
  const clock = createClock();
  const ids = createIds(clock);
  const { tenantId, key } = await bootstrapApiKey({ ...stores, clock, ids });
  return {
    stores,
    ids,
    tenantId,
    url: api.url,
    readHeldMs: api.readHeldMs,
    ask: (method: string, path: string, body?: string, headers: Record<string, string> = {}) =>
      fetch(`${api.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
        body: body ?? null,
      }),
    close: async () => {
      await api.stop();
      await table.close();
      client.destroy();
      await sqs.close();
      store.kill('SIGKILL');
      await once(store, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
