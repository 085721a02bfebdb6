import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createApi } from '../../functions/api/app.ts';
import { type ApiDeps, composeApi } from '../../functions/api/compose.ts';
import { readDocuments } from '../../functions/api/documents/read-documents.ts';
import type { NotifierDeps } from '../../functions/notifier/compose.ts';
import { createSupervisor } from '../../functions/supervisor/supervisor.ts';
import { createDynamodbClient } from '../../shared/adapters/aws-clients.ts';
import { createMasterKeyFile } from '../../shared/adapters/file-secret-box.ts';
import { createSafeHttp } from '../../shared/adapters/safe-http.ts';
import { type Config, loadConfig } from '../../shared/config.ts';
import type { MessageKind } from '../../shared/records/messages.ts';
import { mapKinds } from '../message-kinds.ts';
import { firstApiKey } from './first-api-key.ts';
import { listenForApi } from './listen-for-api.ts';
import { localEnvironment, localTableName } from './local-environment.ts';
import { type LocalSettings, loadLocalSettings } from './local-settings.ts';
import { lockDataDir } from './lock-data-dir.ts';
import { type QueueWait, waitByReceipt } from './queues/queue-wait.ts';
import { startPumps } from './queues/start-pumps.ts';
import { repeat } from './repeat.ts';
import { type Embedded, prepareStores, type StoreEndpoints, startEmbedded } from './stores/open-embedded.ts';
import { sweepExpired } from './stores/sweep-expired.ts';
import { createWorkerPool } from './workers/worker-pool.ts';

const entryOf = (name: string) => fileURLToPath(new URL(`./workers/${name}-process.ts`, import.meta.url));
/** A scan of the table; what has expired is passed over anyway. */
const sweepIntervalMs = 3_600_000;
/** As many runs are finalized at one time. */
const maxFinalizers = 2;

export type LocalOptions = {
  /** Holds everything: table, queues, keys. Created if need be. */
  dataDir: string;
  /** Of the API; 0: a free one. */
  port: number;
  /** Settings other than the defaults, by their environment names; see `local-settings.ts` and `shared/config.ts`. */
  environment?: Record<string, string | undefined>;
  /** Servers on this machine in place of the embedded stores, and what the table is called there and the queues' names begin with. */
  stores?: StoreEndpoints & { name: string };
};

export type LocalServer = {
  url: string;
  /** The deployment's first key. */
  apiKey: string;
  apiKeyFile: string;
  config: Config;
  /** Process ids of the living workers, busy ones first. */
  workerPids(): number[];
  /**
   * Stops in order; what does not end within SHUTDOWN_GRACE_MS goes on at the next start.
   * @returns how many runs are active still
   */
  close(): Promise<number>;
};

/**
 * The whole service on one machine: embedded DynamoDB and SQS under the data directory, the API, workers as processes,
 * and the pump that invokes the very handlers that Lambda would. Runs that were active when it last ended go on.
 * @throws Error with what to do, where the data directory is in use, the port is taken or a setting is not valid
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
  const tableName = options.stores?.name ?? localTableName;
  const endpoints = options.stores
    ? { ...options.stores, queueWait: waitByReceipt }
    : await startEmbedded(dataDir, cleanup);
  const embedded = await prepareStores(endpoints, tableName, cleanup);
  const api = await listenForApi(port);
  cleanup.defer(() => api.close(settings.shutdownGraceMs));
  const masterKeyFile = join(dataDir, 'master.key');
  await createMasterKeyFile(masterKeyFile);
  const place = { port: api.port, tableName, maxWorkers: settings.maxWorkers, masterKeyFile, ...addressesOf(embedded) };
  const functionEnvironment = localEnvironment(place, environment);
  const config = loadConfig(functionEnvironment);
  const forApi = composeApi(config);
  const deps = { ...forApi, http: createSafeHttp(config.egress, forApi.clock) };
  const apiKeyFile = join(dataDir, 'local-api-key');
  const apiKey = await firstApiKey(deps, apiKeyFile);
  let activeRuns = 0;
  cleanup.defer(async () => {
    activeRuns = (await deps.runs.listActive()).length;
  });
  const workerPids = startWork(deps, embedded, endpoints.queueWait, settings, functionEnvironment, cleanup);
  api.serve(createApi(deps, readDocuments()).fetch);
  return { url: `http://127.0.0.1:${api.port}`, apiKey, apiKeyFile, config, workerPids, activeRuns: () => activeRuns };
}

function addressesOf({ dynamodbEndpoint, sqsEndpoint, queues }: Embedded) {
  const urlOf = (kind: MessageKind) => {
    const pair = queues.find(({ definition }) => definition.kind === kind);
    if (pair === undefined) throw new Error(`There is no queue for ${kind}`);
    return pair.queue.url;
  };
  return { dynamodbEndpoint, sqsEndpoint, queueUrls: mapKinds(urlOf) };
}

/** Workers, pumps and the supervisor. */
function startWork(
  deps: ApiDeps & NotifierDeps,
  embedded: Embedded,
  queueWait: QueueWait,
  settings: LocalSettings,
  environment: Record<string, string>,
  cleanup: AsyncDisposableStack,
): () => number[] {
  const { maxWorkers, shutdownGraceMs } = settings;
  const shared = {
    environment,
    timeLimitMs: deps.config.workerTimeLimitMs,
    idleMs: settings.workerIdleMs,
    logger: deps.logger,
  };
  const workers = createWorkerPool({ ...shared, entry: entryOf('worker'), maxWorkers });
  const finalizers = createWorkerPool({ ...shared, entry: entryOf('finalizer'), maxWorkers: maxFinalizers });
  workers.warm(settings.warmWorkers);
  const pumps = startPumps(deps, embedded.sqsClient, embedded.queues, queueWait, { workers, finalizers }, maxWorkers);
  const client = createDynamodbClient(deps.config);
  cleanup.defer(() => client.destroy());
  const sweep = async () => void (await sweepExpired(client, deps.config.tableName, deps.clock.nowMs()));
  const sweeper = repeat(sweep, sweepIntervalMs, deps.logger, sweepIntervalMs);
  const supervisor = repeat(createSupervisor(deps), settings.supervisorIntervalMs, deps.logger);
  cleanup.defer(() => pumps.abandon());
  cleanup.defer(async () => {
    const stopped = Promise.all([
      supervisor.stop(),
      sweeper.stop(),
      pumps.stop(),
      workers.close(shutdownGraceMs),
      finalizers.close(shutdownGraceMs),
    ]);
    await Promise.race([stopped, delay(shutdownGraceMs + 1_000)]);
  });
  return () => workers.pids();
}
