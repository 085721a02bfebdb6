import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type DynamoDBClient, QueryCommand, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDynamodbClient } from '../../../../shared/adapters/aws-clients.ts';
import { ensureTable } from '../../../../shared/adapters/dynamodb/table.ts';
import { readStoreEndpoint } from '../../../../shared/adapters/store-endpoint.ts';
import { makeRun } from '../../../contract/make-record.ts';
import { openEmbeddedTable } from '../../../support/service/embedded-table.ts';

const processPath = fileURLToPath(new URL('../../../support/service/embedded-dynamodb-process.ts', import.meta.url));
const TableName = 'tokenmeter-test';

describe('embedded DynamoDB', () => {
  let dataDir: string;
  const children: ChildProcess[] = [];
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'tokenmeter-'));
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(dataDir, { recursive: true });
  });
  const startProcess = async () => {
    const child = spawn(process.execPath, [processPath, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const [endpoint] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    return { child, client: createDynamodbClient({ region: 'us-east-1', dynamodbEndpoint: endpoint }) };
  };

  it('keeps what it was given over a restart', async () => {
    const first = await openEmbeddedTable({ dataDir });
    const run = makeRun();
    await first.stores.runs.create(run);
    await first.close();
    const second = await openEmbeddedTable({ dataDir });
    expect(await second.stores.runs.get(run.runId)).toEqual(run);
    expect(await second.stores.runs.listActive()).toEqual([{ runId: run.runId, tenantId: run.tenantId }]);
    await second.close();
  });

  it('loses no write that was answered, and no index entry, when it is killed at any instant', async () => {
    for (let round = 0; round < 3; round++) {
      const { child, client } = await startProcess();
      await ensureTable(client, TableName);
      const answered = new Map<string, number>();
      const writers = Array.from({ length: 8 }, (_, i) => moveUntilKilled(client, `${round}-${i}`, answered));
      await expect
        .poll(() => answered.size === 8 && Math.min(...answered.values()), { timeout: 20_000 })
        .toBeGreaterThan(5);
      child.kill('SIGKILL');
      await Promise.all(writers);
      client.destroy();
      const restarted = await startProcess();
      await expectWhole(restarted.client, answered);
      restarted.child.kill('SIGKILL');
      await once(restarted.child, 'exit');
      restarted.client.destroy();
    }
  }, 60_000);

  it('lives on when a client dies in the middle of a request', async () => {
    const table = await openEmbeddedTable();
    const { credentials } = readStoreEndpoint(table.endpoint);
    const socket = connect(new URL(table.endpoint).pathname);
    await once(socket, 'connect');
    const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/20260101/us-east-1/dynamodb/aws4_request`;
    socket.write(
      `POST / HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\ncontent-length: 100\r\n\r\n{"half":`,
    );
    socket.destroy();
    await once(socket, 'close');
    const run = makeRun();
    expect(await table.stores.runs.create(run)).toBe(true);
    await table.close();
  });
});

/** Repeatedly sets the version of an item and, in the same update, its place in an index. */
async function moveUntilKilled(client: DynamoDBClient, name: string, answered: Map<string, number>): Promise<void> {
  for (let version = 1; ; version++) {
    const update = new UpdateItemCommand({
      TableName,
      Key: { pk: { S: name }, sk: { S: 'x' } },
      UpdateExpression: 'SET version = :n, gsi2pk = :p, gsi2sk = :s',
      ExpressionAttributeValues: {
        ':n': { N: `${version}` },
        ':p': { S: 'DUE' },
        ':s': { S: `${version}`.padStart(9, '0') },
      },
    });
    try {
      await client.send(update, { requestTimeout: 1_000 });
    } catch {
      return;
    }
    answered.set(name, version);
  }
}

async function expectWhole(client: DynamoDBClient, answered: Map<string, number>): Promise<void> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName }));
  const versions = new Map(Items.map(({ pk, version }) => [pk?.S ?? '', Number(version?.N)]));
  for (const [name, version] of answered) expect(versions.get(name)).toBeGreaterThanOrEqual(version);
  const condition = { KeyConditionExpression: 'gsi2pk = :p', ExpressionAttributeValues: { ':p': { S: 'DUE' } } };
  const index = await client.send(new QueryCommand({ TableName, IndexName: 'gsi2', ...condition }));
  const indexed = (index.Items ?? []).map(({ pk, gsi2sk }) => [pk?.S, Number(gsi2sk?.S)] as const);
  expect(indexed.toSorted()).toEqual([...versions].toSorted());
}
