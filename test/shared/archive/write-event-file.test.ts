import fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { parquetCompressors } from '../../../shared/archive/parquet-form.ts';
import { writeEventFile } from '../../../shared/archive/write-event-file.ts';
import type { Timeline } from '../../../shared/sample/sample.ts';
import { collect } from '../../contract/collect.ts';
import { ms } from '../../support/factories/sample-arbitrary.ts';
import { countCases } from '../../support/test-form.ts';

const timelines = fc.array(fc.record({ requestIndex: fc.nat(12), outputEventsMs: fc.array(ms, { maxLength: 30 }) }), {
  maxLength: 12,
});

async function writeAndRead(lists: readonly (readonly Timeline[])[]) {
  async function* yieldLists() {
    yield* lists;
  }
  const pieces = await collect(writeEventFile({ runId: 'run_1', stageIndex: 2 }, yieldLists()));
  const { buffer } = Uint8Array.from(Buffer.concat(pieces.map(({ bytes }) => bytes)));
  const rows = await parquetReadObjects({ file: buffer, compressors: parquetCompressors });
  return { rows, counted: pieces.reduce((sum, piece) => sum + piece.rows, 0) };
}

test('a Parquet file of events has the first timeline of each request, to the bit', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(timelines, { maxLength: 3 }), async (lists) => {
      const all = lists.flat();
      const first = all.filter(
        ({ requestIndex }, i) => all.findIndex((each) => each.requestIndex === requestIndex) === i,
      );
      const { rows, counted } = await writeAndRead(lists);
      expect(rows).toEqual(
        first.map(({ requestIndex, outputEventsMs }) => ({
          runId: 'run_1',
          stageIndex: 2n,
          requestIndex: BigInt(requestIndex),
          outputEventsMs: [...outputEventsMs],
        })),
      );
      expect(counted).toBe(first.length);
    }),
    { numRuns: countCases(60) },
  );
});
