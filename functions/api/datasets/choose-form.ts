import { type Fault, throwFaults } from '../../../shared/errors/app-error.ts';
import { type ColumnMap, promptFields, traceFields } from '../../../shared/workload/datasets/forms/dataset-form.ts';
import { isFields } from '../../../shared/workload/datasets/forms/read-messages.ts';
import { type DatasetFormName, detectForm, getDatasetForm } from '../../../shared/workload/datasets/forms/registry.ts';
import type { EncodedRows, UploadOptions } from './upload.ts';

type EntryKind = 'prompts' | 'trace';

/**
 * Chooses the form of a file: the given one, the one that the column names imply, or the one detected from the first
 * row. If the caller stated a kind, forms of this kind come first.
 * @param kind the kind that the caller stated. Null if the form decides
 * @param usualKind the kind for files in no known form
 * @throws AppError INVALID_REQUEST if the form is unknown or is of another kind
 */
export function chooseForm(
  { encoding, rows, names: header }: EncodedRows & { names: readonly string[] },
  { format, columns }: UploadOptions,
  { kind, usualKind }: { kind: EntryKind | null; usualKind: EntryKind },
): DatasetFormName {
  const first = rows.find((row) => 'value' in row && isFields(row.value));
  const value = first !== undefined && 'value' in first && isFields(first.value) ? first.value : {};
  const names = [...new Set([...header, ...Object.keys(value)])];
  const place = encoding === 'csv' ? 'line:1' : (first?.place ?? '');
  const detect = () => (encoding === 'text' ? 'lines' : detectOnly(new Set(names), place, kind));
  const found = format ?? findImplied(columns) ?? detect();
  if (found === null) {
    const wanted = kind ?? usualKind;
    if (names.length === 0) return wanted;
    throw throwFault(explainUnknown(place, names, wanted));
  }
  const form = getDatasetForm(found);
  if (kind !== null && form.kind !== kind)
    throw throwFault({
      pointer: format === undefined ? place : '?format',
      fault: `has the format ${found} (${form.title}), which contains ${form.kind === 'trace' ? 'a trace' : 'prompts'}`,
      remedy: `Send it with kind=${form.kind}`,
    });
  return found;
}

/** Detects a form, of the stated kind if one fits. Without a stated kind, only one kind may fit. */
function detectOnly(names: ReadonlySet<string>, pointer: string, kind: EntryKind | null): DatasetFormName | null {
  if (kind !== null) return detectForm(names, kind) ?? detectForm(names, null);
  const [trace, prompts] = [detectForm(names, 'trace'), detectForm(names, 'prompts')];
  if (trace === null || prompts === null) return trace ?? prompts;
  const fault = `has the fields of a trace (${trace}) and of prompts (${prompts})`;
  throw throwFault({ pointer, fault, remedy: 'Send it with kind=trace or kind=prompts' });
}

/** Throws one fault. The return type lets callers end their control flow. */
function throwFault(fault: Fault): Error {
  throwFaults('INVALID_REQUEST', [fault]);
  return new Error('Internal error: a fault was expected here');
}

function findImplied(columns: ColumnMap | undefined): DatasetFormName | null {
  if (columns === undefined) return null;
  if (traceFields.some((field) => columns[field] !== undefined)) return 'trace';
  return promptFields.some((field) => columns[field] !== undefined) ? 'prompts' : null;
}

const maxShownNames = 12;

function explainUnknown(pointer: string, names: readonly string[], kind: EntryKind): Fault {
  const own = getDatasetForm(kind);
  const columns =
    kind === 'trace'
      ? 'columns=atMs:NAME,inputTokens:NAME,outputTokens:NAME and timeUnit=s or ms'
      : 'columns=prompt:NAME';
  return {
    pointer,
    fault: `has no known format. Its fields are ${names.slice(0, maxShownNames).join(', ')}`,
    remedy: `Name the fields in the query (${columns}), or send JSON Lines such as ${own.example}`,
  };
}
