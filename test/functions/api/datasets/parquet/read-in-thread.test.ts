import { expect, test } from 'vitest';
import { createBoundedReader } from '../../../../../functions/api/datasets/parquet/read-in-thread.ts';
import { readRows } from '../../../../../functions/api/datasets/read-rows.ts';
import type { ReadParquet } from '../../../../../shared/workload/datasets/encodings/parquet/read-parquet.ts';

test('reads two Parquet files at the same time, lets four wait, and refuses others until a file is read', async () => {
  const open: (() => void)[] = [];
  let [running, most] = [0, 0];
  const readFile: ReadParquet = async () => {
    most = Math.max(most, ++running);
    await new Promise<void>((resolve) => open.push(resolve));
    running--;
    return { names: ['prompt'], rows: [{ prompt: 'a' }] };
  };
  const read = createBoundedReader(readFile);
  const upload = { bytes: new Uint8Array(Buffer.from('PAR1')), type: 'application/octet-stream' };
  const start = () => readRows(upload, { isTrace: false, isLines: false, columns: undefined }, read);
  const accepted = Array.from({ length: 6 }, start);
  await expect(start()).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfterSeconds: 5 });
  const ended = Promise.all(accepted);
  while (running > 0) {
    open.shift()?.();
    await new Promise(setImmediate);
  }
  expect((await ended).map(({ rows }) => rows.length)).toEqual([1, 1, 1, 1, 1, 1]);
  expect(most).toBe(2);
});
