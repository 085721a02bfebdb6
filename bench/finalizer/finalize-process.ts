import { createHash } from 'node:crypto';
import { composeFinalizer } from '../../functions/finalizer/compose.ts';
import { finalizeRun } from '../../functions/finalizer/finalize-run.ts';
import { createDynamodbClient } from '../../shared/adapters/aws-clients.ts';
import { loadConfig } from '../../shared/config.ts';
import { runId } from '../../test/support/factories/fill-run.ts';
import { createStores } from '../../test/support/service/create-stores.ts';
import type { Finalized } from './render-finalizer.ts';

/* Finalizes the run in a filled table once, in a separate process, and prints its duration and resource use. */

const [, , endpoint = '', tableName = ''] = process.argv;
const client = createDynamodbClient({ region: 'us-east-1', dynamodbEndpoint: endpoint });
const read = { items: 0, bytes: 0 };
client.middlewareStack.add(
  (next) => async (args) => {
    const result = await next(args);
    // The fields of the outputs of all commands that read.
    const { Items, Item, Responses } = result.output as {
      Items?: object[];
      Item?: object;
      Responses?: Record<string, object[]>;
    };
    read.items += (Items ?? Object.values(Responses ?? {}).flat()).length + (Item === undefined ? 0 : 1);
    return result;
  },
  { step: 'initialize' },
);
client.middlewareStack.add(
  (next) => async (args) => {
    const result = await next(args);
    const { headers } = result.response as { headers: Record<string, string> }; // an HTTP response of the SDK
    read.bytes += Number(headers['content-length'] ?? 0);
    return result;
  },
  { step: 'deserialize', priority: 'low' },
);

const stores = createStores(client, tableName);
/** Nothing is sent: the run has no webhooks, and its archive is not measured. */
const noQueue = 'http://127.0.0.1:9/queue';
const config = loadConfig({
  DYNAMODB_ENDPOINT: endpoint,
  TABLE_NAME: tableName,
  LOG_LEVEL: 'error',
  // The run has no sealed values, so no key is used.
  KMS_KEY_ID: 'unused',
  ADVANCE_QUEUE_URL: noQueue,
  BATCH_QUEUE_URL: noQueue,
  FINALIZE_QUEUE_URL: noQueue,
  DELIVER_QUEUE_URL: noQueue,
});
const composed = composeFinalizer(config);
const queue = { ...composed.queue, send: async () => undefined };
const deps = { ...composed, ...stores, queue };

const cpuBefore = process.cpuUsage();
const loopBefore = performance.eventLoopUtilization();
const startedMs = performance.now();
await finalizeRun(deps, { kind: 'finalize', runId });
const tookMs = performance.now() - startedMs;
const { user, system } = process.cpuUsage(cpuBefore);
const { idle: waitMs } = performance.eventLoopUtilization(loopBefore);
const report = await stores.reports.get(runId);
if (report === null) throw new Error('No report was stored.');
const finalized: Finalized = {
  tookMs,
  cpuMs: (user + system) / 1_000,
  // The kernel records the peak, which sampling would miss.
  maxRssBytes: process.resourceUsage().maxRSS * 1_024,
  ...read,
  waitMs,
  reportBytes: report.length,
  sha256: createHash('sha256').update(report).digest('hex'),
};
process.stdout.write(`${JSON.stringify(finalized)}\n`);
client.destroy();
