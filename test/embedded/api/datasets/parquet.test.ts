import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readParquet } from '../../../../shared/workload/datasets/encodings/parquet/read-parquet.ts';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';

let bench: ApiBench;
beforeAll(async () => {
  bench = await openApiBench();
});
afterAll(() => bench.close());

/** Reads a file that pyarrow wrote. Its compression is in its name. */
async function readFixture(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(new URL(`../../../fixtures/datasets/${name}.parquet`, import.meta.url)));
}

async function upload(raw: Uint8Array<ArrayBuffer>, query = '') {
  const answer = await bench.ask('POST', `/v1/datasets${query}`, {
    raw,
    headers: { 'content-type': 'application/vnd.apache.parquet' },
  });
  const text = await bench.deps.datasets.getText(bench.tenantId, String(answer.json.datasetId));
  return { ...answer, lines: (text ?? '').trim().split('\n') };
}

test.each([
  ['prompts-snappy', 'prompts', { prompt: 'Which way is up?', maxOutputTokens: 7 }, ['id']],
  ['prompts-zstd', 'prompts', { prompt: 'Which way is up?', maxOutputTokens: 7 }, ['id']],
  ['sharegpt-gzip', 'sharegpt', { prompt: 'Which way is up?' }, ['id']],
  ['azure-brotli', 'azure', { atMs: Date.UTC(2024, 4, 10) + 250, inputTokens: 90, outputTokens: 4 }, []],
])('%s is read as %s', async (name, format, first, ignoredColumns) => {
  const { status, json, lines } = await upload(await readFixture(name));
  expect(status).toBe(201);
  expect(json).toMatchObject({ entries: 2, reading: { format, encoding: 'parquet', ignoredColumns } });
  expect(JSON.parse(lines[0] ?? '')).toEqual(first);
});

test('rows without a prompt are omitted, and other columns can be named', async () => {
  const bytes = await readFixture('prompts-snappy');
  expect((await upload(bytes)).json.reading.omitted).toEqual([{ reason: 'no prompt', entries: 1 }]);
  const renamed = await upload(bytes, '?columns=prompt:prompt,maxOutputTokens:id');
  expect(JSON.parse(renamed.lines[1] ?? '')).toEqual({ prompt: 'Who goes there?', maxOutputTokens: 2 });
});

test('a file of another kind is refused with the place of its first row', async () => {
  const refused = await upload(await readFixture('azure-brotli'), '?kind=prompts');
  expect(refused.json.faults[0]).toMatchObject({ pointer: 'row:1', remedy: 'Send it with kind=trace' });
});

test('a file that was cut off is refused', async () => {
  const bytes = await readFixture('sharegpt-gzip');
  for (const cut of [8, 100, bytes.length - 1]) {
    const { status, json } = await upload(bytes.slice(0, cut));
    expect(status).toBe(400);
    expect(json.faults[0].fault).toContain('is not a readable Parquet file');
  }
});

test('a page that states more values than a file can have is refused before it is read', async () => {
  const bytes = await readFixture('prompts-snappy');
  // The number of values in the header of the first page: 3, which is 6 in the encoding of the header.
  const at = bytes.findIndex((byte, index) => index > 4 && byte === 6);
  const huge = [...bytes.slice(0, at), 0xfe, 0xff, 0xff, 0x7f, ...bytes.slice(at + 1)];
  await expect(readParquet(new Uint8Array(huge), ['id', 'prompt', 'max_tokens'])).rejects.toThrow(
    'more than 4000000 values',
  );
});
