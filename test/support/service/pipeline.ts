import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeStores } from '../../../functions/api/compose-stores.ts';
import { advanceRun } from '../../../functions/coordinator/advance-run.ts';
import { finalizeRun } from '../../../functions/finalizer/finalize-run.ts';
import { removeRun } from '../../../functions/finalizer/remove-run.ts';
import { deliverWebhook } from '../../../functions/notifier/deliver-webhook.ts';
import { superviseRuns } from '../../../functions/supervisor/supervisor.ts';
import { checkTarget } from '../../../functions/worker/check-target.ts';
import { runBatch } from '../../../functions/worker/run-batch.ts';
import { startEmbeddedDynamodb } from '../../../infra/local/stores/embedded-dynamodb.ts';
import { mapKinds, nameQueues } from '../../../infra/message-kinds.ts';
import { createDynamodbClient } from '../../../shared/adapters/aws-clients.ts';
import { ensureTable } from '../../../shared/adapters/dynamodb/table.ts';
import { createMasterKeyFile } from '../../../shared/adapters/file-secret-box.ts';
import { type Config, loadConfig } from '../../../shared/config.ts';
import { deriveId } from '../../../shared/ids/ids.ts';
import type { Deps } from '../../../shared/ports.ts';
import { buildRun } from '../../../shared/records/manifest.ts';
import type { Message } from '../../../shared/records/messages.ts';
import { isTerminal, type RunRecord } from '../../../shared/records/records.ts';
import { runSpecSchema } from '../../../shared/spec/run-spec.ts';
import { createMemoryTable } from '../simulation/memory-table.ts';
import { composeAll } from './compose-all.ts';
import { type BusOptions, createMessageBus, type MessageBus } from './message-bus.ts';

const quiet: BusOptions = { copies: 1, shuffle: false, maxDelayMs: 0, seed: 1 };

export type Pipeline = {
  deps: Deps;
  bus: MessageBus;
  /** Stores and starts a run as the API would. */
  start(spec: unknown, change?: Partial<RunRecord>): Promise<string>;
  /** Waits for the end of the run while the supervisor runs. */
  finish(runId: string, timeoutMs?: number): Promise<RunRecord>;
  close(): Promise<void>;
};

const tenantId = deriveId('tenant', 'test');
/** An address without a server. */
const nowhere = 'http://127.0.0.1:9';

export type PipelineParts = {
  /** Where the stores keep their items. Both kinds keep the contract of the stores; memory takes less CPU time. */
  table: 'memory' | 'embedded';
  /** Modules of the measuring threads. Without a reference server, reports have no measurement error. */
  entries: Parameters<typeof composeAll>[1];
};

/** Starts the whole pipeline in the test's process: use cases over a table, the instrument, and a message bus. */
export async function startPipeline(
  environment: Record<string, string> = {},
  busOptions: Partial<BusOptions> = {},
  { table = 'memory', entries = { referenceEntry: null } }: Partial<PipelineParts> = {},
): Promise<Pipeline> {
  const folder = await mkdtemp(join(tmpdir(), 'tokenmeter-'));
  const dynamodb = table === 'embedded' ? await startEmbeddedDynamodb() : null;
  const config = await loadPipelineConfig(folder, dynamodb?.endpoint ?? nowhere, environment);
  if (dynamodb !== null) await ensureTable(createDynamodbClient(config), config.tableName);
  const bus = createMessageBus((message) => handleMessage(deps, message), { ...quiet, ...busOptions });
  const composed = composeAll(config, entries);
  const stores = dynamodb === null ? composeStores(createMemoryTable(), composed.clock) : {};
  const deps: Deps = { ...composed, ...stores, queue: bus.queue };
  let runs = 0;

  return {
    deps,
    bus,
    start: async (spec, change = {}) => {
      runs += 1;
      const created = {
        runId: deriveId('run', runs),
        tenantId,
        spec: runSpecSchema.parse(spec),
        createdAtMs: Date.now(),
      };
      const run = { ...buildRun({ ...created, maxStreamsPerWorker: config.maxStreamsPerWorker }), ...change };
      await deps.runs.create(run);
      await deps.queue.send({ kind: 'advance', runId: run.runId });
      return run.runId;
    },
    finish: async (runId, timeoutMs = 60_000) => {
      const untilMs = Date.now() + timeoutMs;
      for (let tick = 0; Date.now() < untilMs; tick++) {
        const run = await deps.runs.get(runId);
        if (run !== null && isTerminal(run.status)) return run;
        if (tick % 10 === 9) await superviseRuns(deps);
        await deps.clock.sleep(50);
      }
      throw new Error(`The run did not end within ${timeoutMs} ms: ${JSON.stringify(await deps.batches.list(runId))}`);
    },
    close: async () => {
      await bus.close();
      await dynamodb?.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function loadPipelineConfig(
  folder: string,
  dynamodbEndpoint: string,
  environment: Record<string, string>,
): Promise<Config> {
  const masterKeyFile = join(folder, 'master-key');
  await createMasterKeyFile(masterKeyFile);
  return loadConfig({
    TABLE_NAME: 'tokenmeter',
    DYNAMODB_ENDPOINT: dynamodbEndpoint,
    SQS_ENDPOINT: nowhere,
    ...nameQueues(mapKinds((kind) => `${nowhere}/${kind}`)),
    MASTER_KEY_FILE: masterKeyFile,
    EGRESS: 'loopback',
    LOG_LEVEL: 'silent',
    HEARTBEAT_MS: '100',
    LEASE_MS: '4000',
    RESEND_AFTER_MS: '1000',
    BLOCK_FLUSH_MS: '50',
    ...environment,
  });
}

async function handleMessage(deps: Deps, message: Message): Promise<void> {
  if (message.kind === 'advance') await advanceRun(deps, message);
  if (message.kind === 'batch') await runBatch(deps, message, () => deps.config.workerTimeLimitMs);
  if (message.kind === 'check') await checkTarget(deps, message);
  if (message.kind === 'finalize') await finalizeRun(deps, message);
  if (message.kind === 'remove') await removeRun(deps, message);
  if (message.kind === 'deliver') await deliverWebhook(deps, message);
}
