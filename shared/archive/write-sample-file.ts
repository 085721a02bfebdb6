import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { Sample } from '../sample/sample.ts';
import { listColumnValues, type Placement, sampleFileSchema } from './archive-columns.ts';
import { groupRows, maxGroupRows } from './group-rows.ts';
import { type FilePiece, parquetForm, takeBytes } from './parquet-form.ts';

/** Columns with minimum and maximum in each row group, with which queries skip row groups. */
const indexedNames: readonly string[] = ['requestIndex', 'batchIndex', 'originWallMs', 'startMs', 'outcome'];

/**
 * Writes samples as a Parquet file, piece by piece: one piece for each row group, and then the footer. Equal samples
 * give equal bytes. At most one row group is in memory at a time.
 */
export async function* writeSampleFile(
  placement: Placement,
  samples: AsyncIterable<readonly Sample[]>,
  rowsPerGroup = maxGroupRows,
): AsyncGenerator<FilePiece> {
  const writer = new ByteWriter();
  const file = new ParquetWriter({ ...parquetForm, writer, schema: sampleFileSchema });
  for await (const group of groupRows(samples, rowsPerGroup)) {
    // Plain numbers compress better than dictionaries of numbers, and every reader supports plain booleans.
    const columnData = listColumnValues(placement, group).map(({ name, type, data }) => ({
      name,
      data,
      statistics: indexedNames.includes(name),
      ...(type !== 'text' && { encoding: 'PLAIN' as const }),
    }));
    await file.write({ columnData, rowGroupSize: group.length });
    yield { bytes: takeBytes(writer), rows: group.length };
  }
  await file.finish();
  yield { bytes: takeBytes(writer), rows: 0 };
}
