import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EmbeddedServer, startEmbeddedDynamodb } from '../../../infra/local/stores/embedded-dynamodb.ts';
import { createDynamodbClient } from '../../../shared/adapters/aws-clients.ts';
import { encodeSamples } from '../../../shared/adapters/dynamodb/blocks/block-codec.ts';
import { openItemTable } from '../../../shared/adapters/dynamodb/item-table.ts';
import { runKey } from '../../../shared/adapters/dynamodb/keys.ts';
import { ensureTable } from '../../../shared/adapters/dynamodb/table.ts';
import type { Stores } from '../../../shared/ports.ts';
import type { RunFilter } from '../../../shared/records/run-filter.ts';
import { collect } from '../../contract/collect.ts';
import { makeApiKey, makeBatch, makeRun, makeSample } from '../../contract/make-record.ts';
import { type Fate, startFaultyProxy } from '../../support/servers/faulty-proxy.ts';
import { createStores } from '../../support/service/create-stores.ts';

const tableName = 'tokenmeter-test';
const throttled: Fate = {
  httpStatus: 400,
  answer: { __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException', message: 'slow down' },
};

describe('stores over a failing DynamoDB', () => {
  let dynamodb: EmbeddedServer;
  let proxy: EmbeddedServer;
  let client: ReturnType<typeof createDynamodbClient>;
  let stores: Stores;
  let decide: (operation: string, body: string) => Fate = () => 'pass';
  const calls: string[] = [];
  beforeAll(async () => {
    dynamodb = await startEmbeddedDynamodb();
    proxy = await startFaultyProxy(dynamodb.endpoint, (operation, body) => {
      calls.push(operation);
      return decide(operation, body);
    });
    client = createDynamodbClient({ region: 'us-east-1', dynamodbEndpoint: proxy.endpoint });
    await ensureTable(client, tableName);
    stores = createStores(client, tableName);
  });
  beforeEach(() => {
    decide = () => 'pass';
    calls.length = 0;
  });
  afterAll(async () => {
    client.destroy();
    await proxy.close();
    await dynamodb.close();
  });

  /** Makes the next call of the operation fail as given. Later calls succeed. */
  const once = (operation: string, fate: Fate) => {
    let met = false;
    decide = (called) => {
      if (met || called !== operation) return 'pass';
      met = true;
      return fate;
    };
  };

  it('retries until throttling ends', async () => {
    const run = makeRun();
    once('PutItem', throttled);
    expect(await stores.runs.create(run)).toBe(true);
    // Two writes of the counters, then the run.
    expect(await stores.runs.get(run.runId)).toEqual(run);
    expect(calls).toEqual(['PutItem', 'PutItem', 'PutItem', 'GetItem']);
  });

  it('reports an unavailable store if throttling outlasts all tries', async () => {
    expect(await client.config.maxAttempts()).toBe(5);
    const hasty = new DynamoDBClient({
      region: 'us-east-1',
      endpoint: proxy.endpoint,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 2,
    });
    decide = () => throttled;
    const reading = createStores(hasty, tableName).runs.get(makeRun().runId);
    await expect(reading).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfterSeconds: 1 });
    expect(calls).toEqual(['GetItem', 'GetItem']);
    hasty.destroy();
  });

  it('reports an unavailable store if nothing listens', async () => {
    const nowhere = createDynamodbClient({ region: 'us-east-1', dynamodbEndpoint: 'http://127.0.0.1:9' });
    const lost = createStores(nowhere, tableName).runs.get(makeRun().runId);
    await expect(lost).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    nowhere.destroy();
  });

  it('passes the error of a missing permission unchanged', async () => {
    decide = () => ({ httpStatus: 400, answer: { __type: 'AccessDeniedException', message: 'no' } });
    await expect(stores.runs.get(makeRun().runId)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('recognizes its own claim if the answer was lost', async () => {
    const batch = makeBatch();
    await stores.batches.create(batch);
    once('UpdateItem', 'lose-answer');
    const set = { status: 'running', leaseOwner: 'me', leaseExpiresAtMs: 9, blocks: { 1: 2 }, failure: null } as const;
    const claimed = await stores.batches.update(batch, { status: 'queued', leaseOwner: null }, set);
    expect(claimed).toEqual({ ...batch, ...set });
    expect(calls.filter((call) => call === 'UpdateItem')).toHaveLength(2);
  });

  it('does not mistake another worker’s claim for its own if the first try was refused', async () => {
    const batch = makeBatch({ status: 'running', leaseOwner: 'other' });
    await stores.batches.create(batch);
    once('UpdateItem', throttled);
    const set = { status: 'running', leaseOwner: 'me' } as const;
    expect(await stores.batches.update(batch, { status: 'queued', leaseOwner: null }, set)).toBeNull();
  });

  it('claims a quota once, and releases it at most once, although the answer was lost', async () => {
    const { usage } = stores;
    const { tenantId } = makeRun();
    await usage.replace(tenantId, 'schedules', null, { used: 0, nowMs: 1 });
    const claim = () => usage.claim(tenantId, 'schedules', 1, { limit: 2, nowMs: 1 });
    const readUsed = async () => (await usage.get(tenantId, 'schedules'))?.used;
    once('UpdateItem', 'lose-answer');
    expect(await claim()).toMatchObject({ amount: 1 });
    expect(await readUsed()).toBe(1);
    expect(await claim()).not.toBeNull();
    once('UpdateItem', 'lose-answer');
    await expect(usage.release({ tenantId, name: 'schedules', amount: 1, countedAtMs: 1 })).rejects.toThrow('lost');
    expect(await readUsed()).toBe(1);
  });

  it('does not mistake the end of a run by another call for its own', async () => {
    const run = makeRun({ status: 'finalizing' });
    await stores.runs.create(run);
    const end = () => stores.runs.update(run.runId, { status: 'finalizing' }, { status: 'completed' });
    once('UpdateItem', 'lose-answer');
    expect(await end()).toMatchObject({ status: 'completed' });
    once('UpdateItem', throttled);
    expect(await end()).toBeNull();
  });

  it('finds a run by its name, whose item of version 0.1.0 has neither labels nor a source', async () => {
    const labels = { name: 'before', metadata: { k: 'v' } };
    const made = makeRun();
    const run = { ...made, labels, spec: { ...made.spec, ...labels } };
    await stores.runs.create(run);
    await openItemTable(client, tableName).update(runKey(run.runId), { set: { labels: null, source: null } });
    const find = (filter: RunFilter) => stores.runs.list(run.tenantId, { limit: 5, cursor: null, filter });
    expect((await find({ search: 'before', metadata: { k: 'v' }, sources: ['api'] })).items).toEqual([run]);
    expect((await find({ search: 'after' })).items).toEqual([]);
  });

  it('resends the unprocessed part of a batch, in reads and in deletions', async () => {
    const run = makeRun();
    await stores.runs.create(run);
    for (let batchIndex = 0; batchIndex < 3; batchIndex++)
      await stores.batches.create(makeBatch({ runId: run.runId, batchIndex }));
    decide = (operation, body) => {
      if (operation !== 'BatchGetItem' || calls.filter((call) => call === operation).length > 2) return 'pass';
      const { RequestItems } = JSON.parse(body) as { RequestItems: object };
      return { httpStatus: 200, answer: { Responses: {}, UnprocessedKeys: RequestItems } };
    };
    expect((await stores.runs.list(run.tenantId, { limit: 5, cursor: null })).items).toEqual([run]);
    expect(calls.filter((call) => call === 'BatchGetItem')).toHaveLength(3);
    decide = (operation, body) => {
      if (operation !== 'BatchWriteItem' || calls.filter((call) => call === operation).length > 2) return 'pass';
      const { RequestItems } = JSON.parse(body) as { RequestItems: object };
      return { httpStatus: 200, answer: { UnprocessedItems: RequestItems } };
    };
    await stores.runs.remove(run.runId, 1, 1);
    await stores.runs.clear(run.runId, () => false);
    expect(await stores.batches.list(run.runId)).toEqual([]);
    expect(calls.filter((call) => call === 'BatchWriteItem')).toHaveLength(3);
  });

  it('continues a query across empty and short pages', async () => {
    const key = { runId: makeRun().runId, stageIndex: 0, batchIndex: 0, attempt: 1 };
    for (let sequence = 0; sequence < 3; sequence++)
      await stores.blocks.put({ ...key, sequence }, [makeSample({ requestIndex: sequence })], []);
    let pages = 0;
    decide = (operation, body) => {
      if (operation !== 'Query') return 'pass';
      const { ExclusiveStartKey } = JSON.parse(body) as { ExclusiveStartKey?: object };
      pages += 1;
      // Every other page is empty and continues from the same key. The others end after one item.
      if (pages % 2 === 0) return () => JSON.stringify({ Items: [], LastEvaluatedKey: ExclusiveStartKey });
      return (answer) => {
        const { Items = [] } = JSON.parse(answer) as { Items?: { pk: object; sk: object }[] };
        const [item] = Items;
        if (item === undefined) return JSON.stringify({ Items: [] });
        return JSON.stringify({ Items: [item], LastEvaluatedKey: { pk: item.pk, sk: item.sk } });
      };
    };
    const samples = await collect(stores.blocks.readSamples(key.runId, 0, 0, { 1: 3 }));
    expect(samples.flat().map(({ requestIndex: index }) => index)).toEqual([0, 1, 2]);
    expect(pages).toBeGreaterThan(5);
  });

  it('stores the blocks of each batch and the counters of a run under separate partition keys', async () => {
    const run = makeRun();
    await stores.runs.create(run);
    const written = new Set<string>();
    decide = (operation, body) => {
      const { Item, Key } = JSON.parse(body) as { Item?: { pk: { S: string } }; Key?: { pk: { S: string } } };
      if (operation !== 'GetItem') written.add(Item?.pk.S ?? Key?.pk.S ?? '');
      return 'pass';
    };
    for (const batchIndex of [0, 1]) {
      const key = { runId: run.runId, stageIndex: 0, batchIndex, attempt: 1, sequence: 0 };
      await stores.blocks.put(key, [makeSample()], [{ requestIndex: 0, outputEventsMs: [1, 2] }], Uint8Array.of(1));
    }
    expect(written.size).toBe(2);
    await stores.runs.count(run.runId, { finished: 1, failed: 0 });
    await stores.runs.reserve(run.runId, 1, 10);
    expect(written.size).toBe(3);
    expect([...written]).not.toContain(`RUN#${run.runId}`);
  });

  it('names the keys and faults of an invalid item, but none of its values', async () => {
    const apiKey = makeApiKey();
    const key = { pk: `TENANT#${apiKey.tenantId}`, sk: `API_KEY#${apiKey.apiKeyId}` };
    const item = { ...key, ...apiKey, expiresAtMs: 'hush-hush', name: 7 };
    await openItemTable(client, tableName).put(item);
    const reading = stores.apiKeys.get(apiKey.tenantId, apiKey.apiKeyId);
    await expect(reading).rejects.toThrow(`pk=${key.pk} sk=${key.sk} is not valid`);
    await expect(reading).rejects.toThrow(/name: .*expiresAtMs: /);
    await expect(reading).rejects.not.toThrow(/hush/);
  });

  it.each([
    ['of which one byte changed', (bytes: Uint8Array) => bytes.with(bytes.length - 8, 255 - (bytes.at(-8) ?? 0))],
    ['of which only a part is left', (bytes: Uint8Array) => bytes.subarray(0, 20)],
    ['of an unknown version', (bytes: Uint8Array) => bytes.with(0, 99)],
  ])('returns null for a block %s, and the samples of the other blocks', async (_, damage) => {
    const { runId } = makeRun();
    const key = { runId, stageIndex: 0, batchIndex: 0, attempt: 1 };
    await stores.blocks.put({ ...key, sequence: 0 }, [makeSample({ requestIndex: 7 })], []);
    const samples = damage(encodeSamples([makeSample({ requestIndex: 8 })]));
    await openItemTable(client, tableName).put({ pk: `RUN#${runId}#B0#0`, sk: 'S#00001#0000001', samples });
    const columns = await collect(stores.blocks.readColumns(runId, 0, 0, { 1: 2 }));
    expect(columns.map((each) => each?.length ?? null)).toEqual([1, null]);
    const read = (await collect(stores.blocks.readSamples(runId, 0, 0, { 1: 2 }))).flat();
    expect(read.map(({ requestIndex }) => requestIndex)).toEqual([7]);
  });

  it('leaves an existing table unchanged', async () => {
    const run = makeRun();
    await stores.runs.create(run);
    await ensureTable(client, tableName);
    expect(await stores.runs.get(run.runId)).toEqual(run);
  });
});
