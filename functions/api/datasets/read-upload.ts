import { createHash } from 'node:crypto';
import { throwFaults } from '../../../shared/errors/app-error.ts';
import { isInNumberRange } from '../../../shared/number-schema.ts';
import { runInSlices } from '../../../shared/time-slices.ts';
import { type DatasetKind, datasetKinds } from '../../../shared/workload/datasets/dataset.ts';
import type { ReadParquet } from '../../../shared/workload/datasets/encodings/parquet/read-parquet.ts';
import { getDatasetForm } from '../../../shared/workload/datasets/forms/registry.ts';
import { computeSinceFirstMs } from '../../../shared/workload/datasets/read-trace.ts';
import type { DatasetReading } from '../../../shared/workload/datasets/reading.ts';
import { chooseForm } from './choose-form.ts';
import { chooseTimes } from './choose-times.ts';
import { convertPrompts } from './convert-prompts.ts';
import { convertTraces } from './convert-traces.ts';
import { describeReading } from './describe-reading.ts';
import { readRows } from './read-rows.ts';
import type { ConvertedEntries, EncodedRows, Upload, UploadOptions } from './upload.ts';
import { writeEntries } from './write-entries.ts';

/** A dataset in the form in which it is stored. */
export type ReadDataset = {
  kind: DatasetKind;
  text: string;
  entries: number;
  spanMs?: number;
  reading: DatasetReading;
};

/**
 * Reads a file with prompts or a trace in any known form, and converts it to the stored form. A file that already has the
 * stored form stays unchanged.
 * @throws AppError INVALID_REQUEST with the faults of the entries
 */
export async function readUpload(
  upload: Upload,
  {
    kind = null,
    usualKind,
    ...options
  }: UploadOptions & { kind?: 'prompts' | 'trace' | null; usualKind: 'prompts' | 'trace' },
  readParquet: ReadParquet,
): Promise<ReadDataset> {
  const given = options.format === undefined ? null : getDatasetForm(options.format);
  const isTrace = (kind ?? given?.kind ?? usualKind) === 'trace';
  const hints = { isTrace, isLines: options.format === 'lines', columns: options.columns };
  const encoded = await readRows(upload, hints, readParquet);
  const format = chooseForm(encoded, options, { kind, usualKind });
  const converted = await convertEntries(encoded, format, options);
  const { faults, entries } = converted;
  throwFaults('INVALID_REQUEST', faults);
  if (entries.length === 0) throwFaults('INVALID_REQUEST', [explainEmpty(converted)]);
  const text = await runInSlices(writeEntries(converted, encoded.text));
  const spanMs = converted.kind === 'trace' ? findSpanMs(computeSinceFirstMs(converted.entries)) : null;
  return {
    kind: converted.kind,
    text,
    entries: entries.length,
    ...(spanMs === null ? {} : { spanMs }),
    reading: describeReading(converted, { encoding: encoded.encoding, spanMs, uploadSha256: hash(upload.bytes) }),
  };
}

function convertEntries(
  encoded: EncodedRows,
  format: ReturnType<typeof chooseForm>,
  options: UploadOptions,
): Promise<ConvertedEntries> {
  const form = getDatasetForm(format);
  if (form.kind === 'prompts') return runInSlices(convertPrompts(encoded, form, { ...options, format }));
  const times = chooseTimes(encoded.rows, { format, isGiven: options.format !== undefined, form }, options);
  return runInSlices(convertTraces(encoded, times.form, times));
}

function explainEmpty({ kind, omitted }: ConvertedEntries) {
  const noun = datasetKinds[kind].entryName;
  const reasons = [...omitted].map(([reason, count]) => `${count} with ${reason}`);
  const fault = `does not contain any ${noun}${reasons.length === 0 ? '' : ` that can be used: ${reasons.join(', ')}`}`;
  return { pointer: '', fault, remedy: `Send at least one ${noun}` };
}

/** Returns the time in ms from the first to the last entry. A time too short to be stored counts as 0. */
function findSpanMs(recordedMs: readonly number[]): number {
  const spanMs = recordedMs.at(-1) ?? 0;
  return isInNumberRange(spanMs) ? spanMs : 0;
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
