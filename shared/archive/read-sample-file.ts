import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetRead } from 'hyparquet';
import { z } from 'zod';
import type { SampleColumns } from '../sample/field-kinds.ts';
import { listRows, type Sample } from '../sample/sample.ts';
import { createSampleColumns } from '../sample/sample-columns.ts';
import { type ArchiveValue, createValueReader, exactTextsName, sampleFileColumns } from './archive-columns.ts';
import { parquetCompressors } from './parquet-form.ts';

/** A file of samples: its size, and a function that reads a range of its bytes. */
export type SampleFile = AsyncBuffer;

export type OpenSampleFile = {
  rows: number;
  /** Reads the samples of rows `from` to `to` (exclusive). Reads only the row groups that contain them. */
  read(from: number, to: number): Promise<Sample[]>;
};

/** Opens a Parquet file of samples: reads its footer. @throws Error if the file is damaged */
export async function openSampleFile(file: SampleFile): Promise<OpenSampleFile> {
  const metadata = await parquetMetadataAsync(file);
  const groups = listGroups(metadata);
  // Successive reads often need the same row group.
  let last: { from: number; samples: Sample[] } | null = null;
  const readGroup = async ({ from, to }: Rows): Promise<Sample[]> => {
    if (last?.from !== from) last = { from, samples: await readRows(file, metadata, from, to) };
    return last.samples;
  };
  return {
    rows: Number(metadata.num_rows),
    read: async (from, to) => {
      const samples: Sample[] = [];
      for (const group of groups) {
        if (group.to <= from || group.from >= to) continue;
        const own = await readGroup(group);
        samples.push(...own.slice(Math.max(0, from - group.from), to - group.from));
      }
      return samples;
    },
  };
}

type Rows = { from: number; to: number };

/** Lists the first row, and the row after the last one, of each row group. */
function listGroups({ row_groups: groups }: FileMetaData): Rows[] {
  let to = 0;
  return groups.map(({ num_rows: rows }) => {
    const from = to;
    to += Number(rows);
    return { from, to };
  });
}

async function readRows(file: SampleFile, metadata: FileMetaData, from: number, to: number): Promise<Sample[]> {
  const all = createSampleColumns(Math.max(0, to - from));
  if (all.length === 0) return [];
  const stored = new Set(metadata.schema.map(({ name }) => name));
  const byName = new Map(sampleFileColumns.map((column) => [column.name, column]));
  const columns = [...byName.keys(), exactTextsName].filter((name) => stored.has(name));
  const readValue = createValueReader(all);
  const exactTexts: { row: number; json: string }[] = [];
  const read = (name: string, first: number, values: ArrayLike<ArchiveValue>) => {
    const field = byName.get(name)?.field;
    for (let i = Math.max(0, from - first); i < values.length && first + i < to; i++) {
      const value = values[i] ?? null;
      const row = first + i - from;
      if (value === null) continue;
      if (field === undefined) exactTexts.push({ row, json: String(value) });
      else openColumn(all, field.slot)[row] = readValue(field, value);
    }
  };
  const failures: unknown[] = [];
  await parquetRead({
    ...{ file, metadata, columns, compressors: parquetCompressors, rowStart: from, rowEnd: to },
    onChunk: ({ columnName, columnData, rowStart }) => {
      try {
        read(columnName, rowStart, columnData as ArrayLike<ArchiveValue>); // the schema allows only these values
      } catch (error) {
        failures.push(error); // The library does not pass on what its callback throws.
      }
    },
  });
  if (failures.length > 0) throw failures[0];
  restoreTexts(all, exactTexts, byName);
  return listRows(all);
}

function openColumn({ columns, length }: SampleColumns, slot: number): Float64Array {
  const column = columns[slot] ?? new Float64Array(length).fill(Number.NaN);
  columns[slot] = column;
  return column;
}

const exactTextsSchema = z.record(z.string(), z.string());

function restoreTexts(
  all: SampleColumns,
  rows: readonly { row: number; json: string }[],
  byName: ReadonlyMap<string, (typeof sampleFileColumns)[number]>,
): void {
  for (const { row, json } of rows)
    for (const [name, text] of Object.entries(exactTextsSchema.parse(JSON.parse(json)))) {
      const column = all.columns[byName.get(name)?.field.slot ?? -1] ?? null;
      if (column !== null) column[row] = all.texts.push(text) - 1;
    }
}
