import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { type Compressors, parquetMetadata, parquetReadObjects } from 'hyparquet';
import { checkPages } from './check-pages.ts';

/** The rows of a table. `names` are all columns; rows contain only those that were wanted. */
export type ParquetTable = { names: string[]; rows: Record<string, unknown>[] };
export type ReadParquet = (bytes: Uint8Array, wanted: readonly string[]) => Promise<ParquetTable>;

const maxRows = 250_000;

/** Decompresses pages other than those with Snappy, which the library reads. A page never exceeds the stated length. */
const compressors: Compressors = {
  GZIP: (input, maxOutputLength) => gunzipSync(input, { maxOutputLength }),
  ZSTD: (input, maxOutputLength) => zstdDecompressSync(input, { maxOutputLength }),
  BROTLI: (input, maxOutputLength) => brotliDecompressSync(input, { maxOutputLength }),
};

/**
 * Reads the wanted columns of a Parquet file. Names of columns are compared without case.
 * @throws Error if the file is not valid or too large
 */
export const readParquet: ReadParquet = async (bytes, wanted) => {
  const own = new Uint8Array(bytes); // a copy, because the library reads from the start of the buffer
  const metadata = parquetMetadata(own.buffer);
  if (metadata.num_rows > maxRows) throw new Error(`The file has more than ${maxRows} rows`);
  const names = [...new Set(metadata.row_groups.flatMap(({ columns }) => columns.map(readTopName)))];
  const known = new Set(wanted.map((name) => name.toLowerCase()));
  const columns = names.filter((name) => known.has(name.toLowerCase()));
  checkPages(own, metadata, columns);
  if (columns.length === 0) return { names, rows: [] };
  const rows = await parquetReadObjects({ file: own.buffer, metadata, columns, compressors });
  const budget = { characters: maxCharacters };
  return { names, rows: rows.map((row) => simplifyFields(row, budget)) };
};

/** Limit on all texts together. A dictionary can repeat a long text in each row without a byte in the file. */
const maxCharacters = 64_000_000;
type Budget = { characters: number };

function readTopName({ meta_data: column }: { meta_data?: { path_in_schema: string[] } }): string {
  return column?.path_in_schema[0] ?? '';
}

/** Converts values to those of JSON: dates to text, large integers to numbers. */
function simplify(value: unknown, budget: Budget): unknown {
  if (typeof value === 'string') budget.characters -= value.length;
  if (budget.characters < 0) throw new Error(`The file has more than ${maxCharacters} characters`);
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (Array.isArray(value)) return value.map((each) => simplify(each, budget));
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return simplifyFields(value, budget);
}

function simplifyFields(fields: object, budget: Budget): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, simplify(value, budget)]));
}
