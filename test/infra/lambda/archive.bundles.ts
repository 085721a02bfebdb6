import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { paginateScan } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { bundleFunctions } from '../../../infra/aws/bundle/bundle-functions.ts';
import { createDynamodbClient } from '../../../shared/adapters/aws-clients.ts';
import { archivePrefix } from '../../../shared/runs/archive-keys.ts';
import { compareWithReport } from '../../parquet/compare-with-report.ts';
import { fillRun, runId } from '../../support/factories/fill-run.ts';
import { type Cloud, startCloud } from './cloud.ts';
import { cloudRegion, cloudTableName } from './cloud-servers.ts';
import { installRuntime } from './install-runtime.ts';

/*
 * `npm run test:archive`: a run of 300,000 requests, from its samples in the table to its report and its archive, the pages
 * of its samples after they have expired, and its deletion, with the bundled functions and Lambda's limits.
 */

const requests = 300_000;
/** Time between the blocks of a worker. Fewer and larger blocks fill the table faster. */
const flushMs = 60_000;
const maxPageBytes = 6 * 1_024 ** 2;
const archiveSchema = z.object({
  files: z.array(
    z.object({ path: z.string(), url: z.string(), bytes: z.number(), rows: z.number(), kind: z.string() }),
  ),
});

let folder: string;
let cloud: Cloud;

beforeAll(async () => {
  const client = await installRuntime();
  folder = mkdtempSync(join(tmpdir(), 'tokenmeter-archive-'));
  await bundleFunctions(folder);
  // The samples expire as soon as they are archived, so that pages come from the archive.
  const settings = { SAMPLE_RETENTION_DAYS: '0', RATE_LIMIT_PER_MINUTE: '100000' };
  cloud = await startCloud({ client, bundleFolder: folder, maxWorkers: 4, supervisorEveryMs: 1_000, settings });
});
afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true, force: true });
});

const ask = (path: string, method = 'GET') =>
  fetch(`${cloud.url}/v1/runs/${runId}${path}`, { method, headers: { authorization: `Bearer ${cloud.apiKey}` } });

const tell = (line: string) => console.log(`${new Date().toISOString().slice(11, 19)}  ${line}`);

test('a run of 300,000 requests is archived, paged, compared with DuckDB, and deleted without a rest', async () => {
  const { deps } = cloud;
  await fillRun(deps, requests, flushMs, () => undefined);
  await deps.runs.update(runId, {}, { tenantId: cloud.tenantId });
  tell('samples stored');
  await deps.queue.send({ kind: 'finalize', runId });
  await expect.poll(async () => (await deps.runs.get(runId))?.archive ?? null, { timeout: 480_000 }).not.toBeNull();
  tell(`archived; the finalizer used ${cloud.functions.finalizer.readPeakMemoryMb()} MB`);
  await readPages();
  tell(`paged; the API used ${cloud.functions.api.readPeakMemoryMb()} MB`);
  tell(await compareWithReport(await download()));
  expect((await ask('', 'DELETE')).status).toBe(204);
  await expect.poll(countItems, { timeout: 120_000, interval: 2_000 }).toBe(0);
  for (const path of ['archive.json', 'samples/stage-0000.parquet', 'events/stage-0000.parquet'])
    expect(await deps.objects.head(`${archivePrefix(runId)}${path}`)).toBeNull();
}, 900_000);

/** Counts the items of the run in the table. */
async function countItems(): Promise<number> {
  const dynamodbEndpoint = cloud.sources.api.environment['DYNAMODB_ENDPOINT'] ?? null;
  const client = createDynamodbClient({ region: cloudRegion, dynamodbEndpoint });
  const input = {
    TableName: cloudTableName,
    Select: 'COUNT' as const,
    FilterExpression: 'contains(pk, :run)',
    ExpressionAttributeValues: { ':run': { S: runId } },
  };
  let count = 0;
  for await (const { Count = 0 } of paginateScan({ client }, input)) count += Count;
  client.destroy();
  return count;
}

/** Reads all samples page by page, from the archive. Each request is on one page. */
async function readPages(): Promise<void> {
  const seen = new Uint8Array(requests);
  for (let next: string | null = '/samples.ndjson?limit=10000'; next !== null; ) {
    const response = await ask(next);
    const text = await response.text();
    expect(response.status, text.slice(0, 500)).toBe(200);
    expect(Buffer.byteLength(text)).toBeLessThan(maxPageBytes);
    for (const line of text.split('\n'))
      if (line !== '') {
        const { requestIndex } = z.object({ requestIndex: z.number() }).parse(JSON.parse(line));
        seen[requestIndex] = (seen[requestIndex] ?? 0) + 1;
      }
    const cursor = /cursor=([^&>]+)/.exec(response.headers.get('link') ?? '')?.[1] ?? null;
    next = cursor === null ? null : `/samples.ndjson?limit=10000&cursor=${cursor}`;
  }
  expect(seen.every((times) => times === 1)).toBe(true);
}

/** Downloads the report and the files of the archive into a folder. */
async function download(): Promise<string> {
  const into = join(folder, 'download');
  mkdirSync(into);
  writeFileSync(join(into, 'report.json'), (await cloud.deps.reports.get(runId)) ?? '');
  const { files } = archiveSchema.parse(await (await ask('/archive')).json());
  for (const { path, url, bytes, rows, kind } of files) {
    const content = Buffer.from(await (await fetch(url)).arrayBuffer());
    expect(content.length).toBe(bytes);
    tell(`${kind}: ${rows} rows, ${bytes} bytes`);
    mkdirSync(dirname(join(into, path)), { recursive: true });
    writeFileSync(join(into, path), content);
  }
  return into;
}
