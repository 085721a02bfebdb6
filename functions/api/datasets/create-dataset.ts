import { createHash } from 'node:crypto';
import { type Fault, findFault, throwFaults } from '../../../shared/errors/app-error.ts';
import { deriveId } from '../../../shared/ids/ids.ts';
import type { DatasetRecord } from '../../../shared/records/records.ts';
import { createWithinQuotas } from '../../../shared/runs/create-within-quotas.ts';
import { runInSlices, type Steps } from '../../../shared/time-slices.ts';
import { type DatasetKind, datasetKinds } from '../../../shared/workload/datasets/dataset.ts';
import type { ReadParquet } from '../../../shared/workload/datasets/encodings/parquet/read-parquet.ts';
import type { Row } from '../../../shared/workload/datasets/encodings/row.ts';
import { splitTextLines } from '../../../shared/workload/datasets/read-trace.ts';
import type { Caller } from '../http/define-endpoint.ts';
import { collectFaults } from './check-row.ts';
import { readInThread } from './parquet/read-in-thread.ts';
import { decodeUpload, maxEntries } from './read-rows.ts';
import { type ReadDataset, readUpload } from './read-upload.ts';
import type { Upload, UploadOptions } from './upload.ts';

/** Least size in bytes that a converted dataset may have. It is larger than that of the default upload. */
const leastMaxBytes = 5_000_000;

/**
 * Stores the entries of a file. Returns the existing dataset if its kind and content are equal.
 * @throws AppError INVALID_REQUEST with the faults of the file's lines
 */
export async function createDataset(
  { deps, tenantId }: Caller,
  upload: Upload,
  { kind, name, ...options }: UploadOptions & { kind: DatasetKind | null; name: string | null },
): Promise<{ dataset: DatasetRecord; created: boolean }> {
  const { datasets, clock, config, readParquet = readInThread } = deps;
  const { text, ...read } = await readDataset(upload, { kind, ...options }, readParquet);
  const bytes = Buffer.byteLength(text);
  throwFaults('INVALID_REQUEST', checkSize(bytes, Math.max(leastMaxBytes, config.maxBodyBytes)));
  const sha256 = createHash('sha256').update(text).digest('hex');
  const dataset: DatasetRecord = {
    datasetId: deriveId('dataset', tenantId, read.kind, ...listDigests(sha256, read.reading)),
    tenantId,
    name,
    sha256,
    bytes,
    ...read,
    createdAtMs: clock.nowMs(),
  };
  const existing = await datasets.get(tenantId, dataset.datasetId);
  if (existing !== null) return { dataset: existing, created: false };
  const amounts = { datasets: 1, datasetBytes: bytes };
  return createWithinQuotas(deps, tenantId, amounts, () => datasets.create(dataset, text));
}

/** Two files in different formats can have the same entries. Each is a dataset of its own, with its own reading. */
function listDigests(sha256: string, reading: DatasetRecord['reading']): string[] {
  const isUnchanged = reading === undefined || reading.uploadSha256 === sha256;
  return isUnchanged ? [sha256] : [sha256, reading.uploadSha256];
}

function readDataset(
  upload: Upload,
  { kind, ...options }: UploadOptions & { kind: DatasetKind | null },
  readParquet: ReadParquet,
): Promise<Omit<ReadDataset, 'reading'> & Pick<DatasetRecord, 'reading'>> {
  const isPlain = upload.type === 'text/plain' && options.format === undefined && options.columns === undefined;
  if (kind === 'lines' || (kind === null && isPlain)) return readLines(decodeUpload(upload));
  const usualKind = upload.type === 'text/csv' ? 'trace' : 'prompts';
  return readUpload(upload, { ...options, kind, usualKind }, readParquet);
}

/** Reads lines of text for a corpus. Prompts cannot contain NUL characters. */
async function readLines(text: string): Promise<Omit<ReadDataset, 'reading'>> {
  throwFaults('INVALID_REQUEST', await runInSlices(checkLines(text)));
  const { entries } = await runInSlices(datasetKinds.lines.read(text));
  throwFaults('INVALID_REQUEST', checkCount(entries.length));
  return { kind: 'lines', text, entries: entries.length };
}

function* checkLines(text: string): Steps<Fault[]> {
  const words = { pointer: '', fault: 'contains a NUL character', remedy: 'Remove it' };
  return yield* collectFaults(listRows(text), (line) => findFault(String(line).includes('\0'), words));
}

function* listRows(text: string): Generator<Row> {
  for (const { line, text: value } of splitTextLines(text)) yield { place: `line:${line}`, value };
}

function checkCount(entries: number): Fault[] {
  const noun = datasetKinds.lines.entryName;
  if (entries === 0)
    return [{ pointer: '', fault: `does not contain any ${noun}`, remedy: `Send at least one ${noun}` }];
  const remedy = `Send at most ${maxEntries} entries. Split the text into several datasets.`;
  return findFault(entries > maxEntries, { pointer: '', fault: `has ${entries} entries`, remedy });
}

/** Checks the size of the stored text. A compressed file can contain much more text than its own size. */
function checkSize(bytes: number, maxBytes: number): Fault[] {
  const remedy = `Split it into several datasets of at most ${maxBytes} bytes`;
  return findFault(bytes > maxBytes, { pointer: '', fault: `contains ${bytes} bytes of entries`, remedy });
}
