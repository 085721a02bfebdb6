import { AppError, throwFaults } from '../../../shared/errors/app-error.ts';
import { runInSlices, type Steps } from '../../../shared/time-slices.ts';
import { readCsvNames } from '../../../shared/workload/datasets/encodings/csv/read-csv-rows.ts';
import type { ReadParquet } from '../../../shared/workload/datasets/encodings/parquet/read-parquet.ts';
import { detectEncoding, textEncodings } from '../../../shared/workload/datasets/encodings/registry.ts';
import type { Row } from '../../../shared/workload/datasets/encodings/row.ts';
import type { ColumnMap } from '../../../shared/workload/datasets/forms/dataset-form.ts';
import { listReadNames } from '../../../shared/workload/datasets/forms/registry.ts';
import { decodeUtf8 } from '../http/body/define-json-body.ts';
import { parseJsonText } from './check-row.ts';
import type { EncodedRows, Upload } from './upload.ts';

/** Maximum number of dataset entries, to limit memory: building a prompt copies or indexes all entries. */
export const maxEntries = 250_000;

/** Files whose first bytes show that they need another program first. */
const foreignFiles = [
  { bytes: [0x1f, 0x8b], name: 'a gzip file', remedy: 'Decompress it: gunzip FILE' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], name: 'a Zstandard file', remedy: 'Decompress it: zstd -d FILE' },
  {
    bytes: [0x50, 0x4b, 0x03, 0x04],
    name: 'a ZIP file or an Excel workbook',
    remedy: 'Extract it, or export it as CSV',
  },
  { bytes: [...Buffer.from('ARROW1')], name: 'an Arrow file', remedy: 'Convert it to Parquet or JSON Lines' },
] as const;

/** Returns the text of an upload. Throws for files that are not UTF-8, with the remedy for those that are well known. */
export function decodeUpload({ bytes }: Upload): string {
  const foreign = foreignFiles.find((file) => startsWith(bytes, file.bytes));
  if (foreign !== undefined)
    throwFaults('INVALID_REQUEST', [{ pointer: '', fault: `is ${foreign.name}`, remedy: foreign.remedy }]);
  return decodeUtf8(bytes, 'Send the text in UTF-8', { ignoreBOM: true });
}

export type ReadRows = EncodedRows & { names: readonly string[] };

/** Reads the rows of an upload, and the column names of a table. */
export async function readRows(
  upload: Upload,
  { columns, ...options }: { isTrace: boolean; isLines: boolean; columns: ColumnMap | undefined },
  readParquet: ReadParquet,
): Promise<ReadRows> {
  if (startsWith(upload.bytes, Buffer.from('PAR1'))) return readTable(upload.bytes, columns, readParquet);
  const text = decodeUpload(upload);
  const encoding = detectEncoding(text, upload.type, { ...options, columns: Object.values(columns ?? {}) });
  const rows = await runInSlices(collectRows(textEncodings[encoding](text, parseJsonText)));
  return { encoding, rows, text, names: encoding === 'csv' ? readCsvNames(text) : [] };
}

/** Reads a Parquet file. Names of columns that were not read are in its first row, so that they count as not used. */
async function readTable(
  bytes: Uint8Array,
  columns: ColumnMap | undefined,
  readParquet: ReadParquet,
): Promise<ReadRows> {
  const wanted = [...listReadNames(), ...Object.values(columns ?? {})];
  const { names, rows } = await readParquet(bytes, wanted).catch((cause: unknown) => {
    if (cause instanceof AppError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const fault = {
      pointer: '',
      fault: `is not a readable Parquet file: ${reason.slice(0, 200)}`,
      remedy: parquetRemedy,
    };
    throw new AppError('INVALID_REQUEST', 'The Parquet file is not readable', { faults: [fault], cause });
  });
  const [first = {}] = rows;
  const unread = Object.fromEntries(names.filter((name) => !(name in first)).map((name) => [name, null]));
  const values = rows.map((row, index) => ({
    place: `row:${index + 1}`,
    value: index === 0 ? { ...row, ...unread } : row,
  }));
  return { encoding: 'parquet', rows: values, text: null, names };
}

const parquetRemedy = 'Check the file, or convert it to JSON Lines';

function startsWith(bytes: Uint8Array, mark: ArrayLike<number>): boolean {
  return Array.from(mark).every((byte, index) => bytes[index] === byte);
}

function* collectRows(read: Iterable<Row | null>): Steps<Row[]> {
  const rows: Row[] = [];
  for (const row of read) {
    if (row !== null) rows.push(row);
    if (rows.length > maxEntries) throwFaults('INVALID_REQUEST', [tooManyEntries]);
    yield;
  }
  return rows;
}

const tooManyEntries = {
  pointer: '',
  fault: `has more than ${maxEntries} entries`,
  remedy: `Send at most ${maxEntries} entries. Split the file into several datasets.`,
};
