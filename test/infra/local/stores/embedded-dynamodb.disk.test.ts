import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startEmbeddedSqs } from '../../../../infra/local/stores/embedded-sqs.ts';
import { createSqsClient } from '../../../../shared/adapters/aws-clients.ts';
import { openItemTable } from '../../../../shared/adapters/dynamodb/item-table.ts';
import { createQueue } from '../../../../shared/adapters/sqs-queue.ts';
import { openEmbeddedTable } from '../../../support/service/embedded-table.ts';

let dataDir: string;
let isMounted = false;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tokenmeter-disk-'));
});
afterEach(() => {
  if (isMounted) execFileSync('umount', [dataDir]);
  isMounted = false;
  rmSync(dataDir, { recursive: true });
});

/** Mounts a small file system at the data directory. Returns false where mounts are not allowed. */
function mountSmallDisk(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', dataDir], { stdio: 'ignore' });
    isMounted = true;
  } catch {
    isMounted = false;
  }
  return isMounted;
}

const makeItem = (sequence: number) => ({ pk: 'A', sk: String(sequence), data: new Uint8Array(200_000) });

describe('the disk of the embedded table', () => {
  test('if it is full, writes fail with the reason, reads succeed, and writes succeed when there is space again', async (context) => {
    if (!mountSmallDisk()) return context.skip('Mounts are not allowed here');
    const { client, tableName, close } = await openEmbeddedTable({ dataDir });
    const table = openItemTable(client, tableName);
    writeFileSync(join(dataDir, 'other-program'), new Uint8Array(1_000_000));
    const fill = async () => {
      for (let sequence = 0; sequence < 40; sequence++) await table.put(makeItem(sequence));
    };
    await expect(fill()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('DATA_DIR is full'),
    });
    expect(await table.get({ pk: 'A', sk: '0' })).not.toBeNull();
    rmSync(join(dataDir, 'other-program'));
    expect(await table.put({ pk: 'B', sk: '0' })).toBe(true);
    await close();
  });

  test('gets the space of deleted items back while the table is open', async () => {
    const { client, tableName, close } = await openEmbeddedTable({ dataDir });
    const table = openItemTable(client, tableName);
    for (let sequence = 0; sequence < 40; sequence++) await table.put(makeItem(sequence));
    const file = join(dataDir, 'table.sqlite');
    const keys = Array.from({ length: 40 }, (_, sequence) => ({ pk: 'A', sk: String(sequence) }));
    await table.removeMany(keys);
    await vi.waitFor(() => expect(statSync(file).size).toBeLessThan(2_000_000), { timeout: 20_000, interval: 100 });
    await close();
    expect(existsSync(file)).toBe(true);
  });
});

describe('the disk of the embedded queues', () => {
  test('if it is full, sending fails with the reason, and succeeds when there is space again', async (context) => {
    if (!mountSmallDisk()) return context.skip('Mounts are not allowed here');
    const server = await startEmbeddedSqs({ dataDir });
    const client = createSqsClient({ region: 'us-east-1', sqsEndpoint: server.endpoint });
    const { QueueUrl: url = '' } = await client.send(new CreateQueueCommand({ QueueName: 'advance' }));
    const queue = createQueue(client, { batch: url, advance: url, finalize: url, deliver: url });
    const other = join(dataDir, 'other-program');
    writeFileSync(other, new Uint8Array(3_000_000));
    const fill = async () => {
      for (let k = 0; k < 20_000; k++) await queue.send({ kind: 'advance', runId: `run_${'x'.repeat(100_000)}` });
    };
    const full = { code: 'UNAVAILABLE', message: expect.stringContaining('DATA_DIR is full') };
    await expect(fill()).rejects.toMatchObject(full);
    rmSync(other);
    await queue.send({ kind: 'advance', runId: 'run_1' });
    client.destroy();
    await server.close();
  });
});
