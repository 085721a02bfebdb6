import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createApi } from '../../functions/api/app.ts';
import { type ApiDeps, composeApi } from '../../functions/api/compose.ts';
import { createApiThreads } from '../../functions/api/threads/create-threads.ts';
import type { NotifierDeps } from '../../functions/notifier/compose.ts';
import { createSafeHttp } from '../../functions/notifier/safe-http.ts';
import { createSupervisor } from '../../functions/supervisor/supervisor.ts';
import { createDynamodbClient } from '../../shared/adapters/aws-clients.ts';
import { createMasterKeyFile } from '../../shared/adapters/file-secret-box.ts';
import { type Config, loadConfig } from '../../shared/config.ts';
import type { Logger } from '../../shared/ports.ts';
import type { MessageKind } from '../../shared/records/messages.ts';
import { loadTokenizer } from '../../shared/workload/tokenizers/count-tokens.ts';
import { mapKinds } from '../message-kinds.ts';
import { readDocuments } from '../openapi/read-documents.ts';
import { countLocalWorkers, type LocalWorkers } from '../spare-workers.ts';
import { upgradeDataDir } from './data-dir/data-format.ts';
import { lockDataDir } from './data-dir/lock-data-dir.ts';
import { keyFiles, refuseMissingKeys } from './data-dir/refuse-missing-keys.ts';
import { ensureApiKey } from './ensure-api-key.ts';
import { listenForApi } from './listen-for-api.ts';
import { buildLocalEnvironment, type LocalSettings, loadLocalSettings, localTableName } from './local-settings.ts';
import { addObjectGateway } from './object-gateway.ts';
import { type QueueWait, waitByReceipt } from './queues/queue-wait.ts';
import { startPumps } from './queues/start-pumps.ts';
import { type Embedded, prepareStores, type StoreEndpoints, startEmbedded } from './stores/open-embedded.ts';
import { sweepExpired } from './stores/sweep-expired.ts';
import { createWorkerPool } from './workers/worker-pool.ts';

const findEntry = (name: string) => fileURLToPath(new URL(`./workers/${name}-process.ts`, import.meta.url));
/** Time in ms between scans that delete expired items. It is long, because each scan reads the whole table. */
const sweepIntervalMs = 3_600_000;
const maxFinalizers = 2;
/** Time in ms that a worker may take to end after it lost the lease of its batch. */
const lostLeaseGraceMs = 5_000;

export type LocalOptions = {
  /** Directory that contains the table, the queues, the objects, and the keys. `startLocal` creates it if necessary. */
  dataDir: string;
  /** Port of the API; 0 chooses a free port. */
  port: number;
  /** Settings by environment variable name. See `local-settings.ts` and `shared/config.ts`. */
  environment?: Record<string, string | undefined>;
  /** Servers to use instead of the embedded stores. `name` names the table and the bucket, and starts the queues' names. */
  stores?: StoreEndpoints & { name: string };
};

export type LocalServer = {
  url: string;
  apiKey: string;
  /** Whether this start created the API key. */
  isNewApiKey: boolean;
  apiKeyFile: string;
  config: Config;
  /** Returns the process ids of the running workers, with busy workers first. */
  workerPids(): number[];
  /** Waits up to SHUTDOWN_GRACE_MS, then stops. Returns the number of active runs, which the next start resumes. */
  close(): Promise<number>;
};

/**
 * Starts the service on one machine: embedded DynamoDB, SQS, and S3 in the data directory, the API, worker processes, and
 * pumps. The pumps pass queue messages to the Lambda handlers. Resumes runs that were active at the last stop.
 * @throws Error with a remedy if the data directory or the port cannot be used, or a setting is invalid
 */
export async function startLocal(options: LocalOptions): Promise<LocalServer> {
  const cleanup = new AsyncDisposableStack();
  try {
    const { activeRuns, ...server } = await start(options, cleanup);
    let closing: Promise<number> | null = null;
    return {
      ...server,
      close: () => {
        closing ??= cleanup.disposeAsync().then(activeRuns);
        return closing;
      },
    };
  } catch (error) {
    await cleanup.disposeAsync();
    throw error;
  }
}

async function start(
  options: LocalOptions,
  cleanup: AsyncDisposableStack,
): Promise<Omit<LocalServer, 'close'> & { activeRuns(): number }> {
  const { dataDir, port, environment = {} } = options;
  const settings = loadLocalSettings(environment);
  const lock = lockDataDir(dataDir);
  cleanup.defer(() => lock.release());
  await upgradeDataDir(dataDir);
  const tableName = options.stores?.name ?? localTableName;
  const endpoints = options.stores
    ? { ...options.stores, queueWait: waitByReceipt }
    : await startEmbedded(dataDir, cleanup);
  const checkTable = (client: DynamoDBClient) => refuseMissingKeys(dataDir, client, tableName);
  const embedded = await prepareStores(endpoints, tableName, checkTable, cleanup);
  const api = await listenForApi(port);
  const threads: { current: ReturnType<typeof createApiThreads> | null } = { current: null };
  cleanup.defer(async () => {
    await api.close(settings.shutdownGraceMs);
    await threads.current?.close();
  });
  const masterKeyFile = join(dataDir, keyFiles.masterKey);
  await createMasterKeyFile(masterKeyFile);
  const addresses = { dynamodbEndpoint: endpoints.dynamodb, sqsEndpoint: endpoints.sqs, s3Endpoint: endpoints.s3 };
  // Signed addresses are valid until the service restarts. They expire within hours anyway.
  const signingKey = randomBytes(32).toString('hex');
  const queueUrls = mapKinds((kind) => findQueueUrl(embedded.queues, kind));
  const { maxWorkers } = settings;
  const place = { ...addresses, signingKey, port: api.port, tableName, maxWorkers, masterKeyFile, queueUrls };
  const functionEnvironment = buildLocalEnvironment(place, environment);
  const loaded = loadConfig(functionEnvironment);
  const limits = countLocalWorkers(maxWorkers, loaded);
  const config = { ...loaded, maxTotalWorkers: limits.maxWorkers };
  const forApi = composeApi(config);
  const deps = { ...forApi, http: createSafeHttp(config.egress, forApi.clock, config) };
  const apiKeyFile = join(dataDir, keyFiles.apiKey);
  const { key: apiKey, created: isNewApiKey } = await ensureApiKey(deps, apiKeyFile);
  let activeRuns = 0;
  cleanup.defer(async () => {
    activeRuns = (await deps.runs.listActive()).length;
  });
  const workerPids = startWork(
    deps,
    embedded,
    endpoints.queueWait,
    { ...settings, limits },
    functionEnvironment,
    cleanup,
  );
  // Loads the tokenizer before the first request, so that creating the first run does not delay other requests.
  loadTokenizer();
  threads.current = createApiThreads(config);
  const app = createApi(deps, readDocuments(), threads.current);
  api.serve(addObjectGateway(app.fetch, config, deps.clock));
  const url = `http://127.0.0.1:${api.port}`;
  return { url, apiKey, isNewApiKey, apiKeyFile, config, workerPids, activeRuns: () => activeRuns };
}

function findQueueUrl(queues: Embedded['queues'], kind: MessageKind): string {
  const pair = queues.find(({ definition }) => definition.kind === kind);
  if (pair === undefined) throw new Error(`Internal error: there is no queue for messages of kind ${kind}.`);
  return pair.queue.url;
}

/** Starts the worker processes, the supervisor, and the pumps, which pass queue messages to the handlers. */
function startWork(
  deps: ApiDeps & NotifierDeps,
  embedded: Embedded,
  queueWait: QueueWait,
  settings: LocalSettings & { limits: LocalWorkers },
  environment: Record<string, string>,
  cleanup: AsyncDisposableStack,
): () => number[] {
  const { shutdownGraceMs, limits } = settings;
  const times = { timeLimitMs: deps.config.workerTimeLimitMs, idleMs: settings.workerIdleMs, lostLeaseGraceMs };
  const shared = { environment, ...times, logger: deps.logger };
  const workers = createWorkerPool({ ...shared, entry: findEntry('worker'), maxWorkers: limits.maxWorkers });
  const finalizers = createWorkerPool({ ...shared, entry: findEntry('finalizer'), maxWorkers: maxFinalizers });
  workers.warm(settings.warmWorkers);
  const pumps = startPumps(deps, embedded.sqsClient, embedded.queues, queueWait, { workers, finalizers }, limits);
  const client = createDynamodbClient(deps.config);
  cleanup.defer(() => client.destroy());
  const sweep = async () => void (await sweepExpired(client, deps.config.tableName, deps.clock.nowMs()));
  const sweeper = repeat(sweep, sweepIntervalMs, deps.logger, sweepIntervalMs);
  const supervisor = repeat(createSupervisor(deps), settings.supervisorIntervalMs, deps.logger);
  cleanup.defer(() => pumps.abandon());
  cleanup.defer(async () => {
    const stopped = [supervisor.stop(), sweeper.stop(), pumps.stop()];
    const closed = [workers, finalizers].map((pool) => pool.close(shutdownGraceMs));
    await Promise.race([Promise.all([...stopped, ...closed]), delay(shutdownGraceMs + 1_000)]);
  });
  return () => workers.pids();
}

/** Calls `action` repeatedly, one call at a time, and logs its errors. `stop` resolves when the last call has ended. */
function repeat(action: () => Promise<void>, intervalMs: number, logger: Logger, firstAfterMs = 0) {
  const stopping = new AbortController();
  const { signal } = stopping;
  const wait = (ms: number) => delay(ms, undefined, { signal }).catch(() => undefined);
  const loop = async () => {
    if (firstAfterMs > 0) await wait(firstAfterMs);
    while (!signal.aborted) {
      await action().catch((error: unknown) => logger.error('a repeated action failed', { error }));
      await wait(intervalMs);
    }
  };
  const ended = loop();
  return {
    stop: () => {
      stopping.abort();
      return ended;
    },
  };
}
