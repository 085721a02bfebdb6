import type { Fault } from '../../../shared/errors/app-error.ts';
import type { DatasetEncoding } from '../../../shared/workload/datasets/encodings/registry.ts';
import type { Row } from '../../../shared/workload/datasets/encodings/row.ts';
import type { ColumnMap } from '../../../shared/workload/datasets/forms/dataset-form.ts';
import type { DatasetFormName } from '../../../shared/workload/datasets/forms/registry.ts';
import type { GivenPrompt } from '../../../shared/workload/datasets/given-prompt.ts';
import type { TraceEntry } from '../../../shared/workload/datasets/read-trace.ts';
import type { TimeUnit } from '../../../shared/workload/datasets/time-unit.ts';

/** An uploaded file with its media type. */
export type Upload = { bytes: Uint8Array<ArrayBuffer>; type: string };

/** Properties of the file that the caller states. Those that are absent are detected. */
export type UploadOptions = {
  format?: DatasetFormName | undefined;
  timeUnit?: TimeUnit | undefined;
  columns?: ColumnMap | undefined;
};

/** The entries of a file in some encoding. `text` is the file itself. Null if the encoding is not a text. */
export type EncodedRows = { encoding: DatasetEncoding; rows: readonly Row[]; text: string | null };

/** Entries in our own form, and what was not used. */
export type ConvertedEntries = {
  format: DatasetFormName;
  faults: Fault[];
  ignored: ReadonlySet<string>;
  /** Number of omitted rows by reason. */
  omitted: ReadonlyMap<string, number>;
} & (
  | { kind: 'prompts'; entries: GivenPrompt[] }
  | { kind: 'trace'; entries: TraceEntry[]; timeUnit: TimeUnit | null; blockTokens: number | null }
);
