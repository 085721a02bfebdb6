import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createDynamodbClient } from '../../../shared/adapters/aws-clients.ts';
import { readReport } from '../../../shared/report/model/read-report.ts';
import { type StreamServer, startStreamServer } from '../../support/servers/stream-server.ts';
import { createStores } from '../../support/service/create-stores.ts';
import { startPipeline } from '../../support/service/pipeline.ts';

/** Settings of the stack, so that heartbeats and blocks are as frequent as on AWS. */
const settings = { HEARTBEAT_MS: '1000', BLOCK_FLUSH_MS: '2000', MAX_STREAMS_PER_WORKER: '32' };

let server: StreamServer;
beforeAll(async () => {
  server = await startStreamServer();
});
afterAll(() => server.close());

/** Sums the units that the commands of every client but one consume, by DynamoDB's rules. */
function countUnits(apart: DynamoDBClient) {
  const units = { write: 0, read: 0 };
  const { send } = DynamoDBDocumentClient.prototype;
  const spy = vi.spyOn(DynamoDBDocumentClient.prototype, 'send').mockImplementation(async function (
    this: DynamoDBDocumentClient,
    ...args: unknown[]
  ) {
    const [command] = args as [{ input: object; constructor: { name: string } }]; // every command has its input
    if (this.config !== apart.config) Object.assign(command.input, { ReturnConsumedCapacity: 'TOTAL' });
    const output: unknown = await Reflect.apply(send, this, args);
    const consumed = (output as { ConsumedCapacity?: { CapacityUnits: number } | { CapacityUnits: number }[] })
      .ConsumedCapacity;
    const sum = [consumed ?? []].flat().reduce((all, { CapacityUnits }) => all + CapacityUnits, 0);
    units[/Put|Update|Delete|Write/.test(command.constructor.name) ? 'write' : 'read'] += sum;
    return output;
  });
  return { units, restore: () => spy.mockRestore() };
}

test.each([
  { requests: 40, concurrency: 4, model: 'fast' },
  { requests: 600, concurrency: 48, model: 'slow' },
])('the estimate of units holds for a run of $requests', async ({ requests, concurrency, model }) => {
  const pipeline = await startPipeline(settings, {}, { table: 'embedded' });
  const own = createDynamodbClient(pipeline.deps.config);
  const { runs, reports } = createStores(own, pipeline.deps.config.tableName);
  const { units, restore } = countUnits(own);
  try {
    const runId = await pipeline.start({
      seed: 7,
      targets: [{ id: 'a', baseUrl: server.url, model, credentialId: null }],
      workload: { kind: 'prompts', prompts: [{ prompt: 'Say one two three.' }], maxOutputTokens: 20 },
      load: { mode: 'concurrency', stages: [{ concurrency, requests }], warmupRequests: 2 },
    });
    await vi.waitFor(async () => expect((await runs.get(runId))?.status).toBe('completed'), {
      timeout: 20_000,
      interval: 100,
    });
    const { service } = readReport((await reports.get(runId)) ?? '');
    const { dynamodbWriteUnits = 0, dynamodbReadUnits = 0 } = service?.use ?? {};
    expect(dynamodbWriteUnits / units.write).toBeGreaterThan(0.9);
    expect(dynamodbWriteUnits / units.write).toBeLessThan(1.6);
    expect(dynamodbReadUnits / units.read).toBeGreaterThan(0.6);
    expect(dynamodbReadUnits / units.read).toBeLessThan(1.8);
  } finally {
    restore();
    own.destroy();
    await pipeline.close();
  }
});
