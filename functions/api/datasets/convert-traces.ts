import { type Fault, findFault } from '../../../shared/errors/app-error.ts';
import type { Steps } from '../../../shared/time-slices.ts';
import type { Fields, TraceForm } from '../../../shared/workload/datasets/forms/dataset-form.ts';
import { isFields, readNumeric } from '../../../shared/workload/datasets/forms/read-messages.ts';
import type { DatasetFormName } from '../../../shared/workload/datasets/forms/registry.ts';
import { readTimestamp, type TraceEntry, uploadedEntrySchema } from '../../../shared/workload/datasets/read-trace.ts';
import { type TimeUnit, timeUnits } from '../../../shared/workload/datasets/time-unit.ts';
import { checkValue, collectFaults, placeFault, readFaults } from './check-row.ts';
import type { ConvertedEntries, EncodedRows } from './upload.ts';

type TraceOptions = { format: DatasetFormName; columns: TraceForm['columns']; timeUnit: TimeUnit | null };

/** Converts the rows of a file with a trace to our own form. @param options time unit of numbers; null for dates */
export function* convertTraces(
  { rows }: EncodedRows,
  form: TraceForm,
  { format, columns, timeUnit }: TraceOptions,
): Steps<ConvertedEntries> {
  const entries: TraceEntry[] = [];
  const ignored = new Set<string>();
  const omitted = new Map<string, number>();
  const names = Object.values(columns);
  const faults = yield* collectFaults(rows, (row) => {
    if (!isFields(row)) return readFaults(checkValue(uploadedEntrySchema, row));
    for (const name of Object.keys(row)) if (!names.includes(name)) ignored.add(name);
    const reason = form.omitsEmpty ? findEmpty(row, columns) : null;
    if (reason !== null) {
      omitted.set(reason, (omitted.get(reason) ?? 0) + 1);
      return [];
    }
    const read = readEntry(row, columns, timeUnit);
    if ('faults' in read) return read.faults;
    const faulty = findFault(read.value.atMs < (entries.at(-1)?.atMs ?? 0), {
      pointer: `/${columns.atMs}`,
      fault: 'is earlier than the time in a previous line',
      remedy: 'Sort the lines by time',
    });
    if (faulty.length === 0) entries.push(read.value);
    return faulty;
  });
  return { kind: 'trace', format, entries, faults, ignored, omitted, timeUnit, blockTokens: form.blockTokens ?? null };
}

/** Returns why a row cannot be used: a request without tokens was recorded because it failed. */
function findEmpty(row: Fields, { inputTokens, outputTokens }: TraceForm['columns']): string | null {
  if (readNumeric(row[outputTokens]) === 0) return `0 output tokens (${outputTokens})`;
  return readNumeric(row[inputTokens]) === 0 ? `0 input tokens (${inputTokens})` : null;
}

function readEntry(
  row: Fields,
  columns: TraceForm['columns'],
  timeUnit: TimeUnit | null,
): { value: TraceEntry } | { faults: Fault[] } {
  const missing = [columns.atMs, columns.inputTokens, columns.outputTokens].filter((name) => row[name] == null);
  if (missing.length > 0) {
    const remedy = 'Add a value, or remove the entry';
    return { faults: missing.map((name) => ({ pointer: `/${name}`, fault: 'is missing', remedy })) };
  }
  const atMs = readTime(row[columns.atMs], timeUnit);
  if (atMs === null) {
    const remedy = timeUnit === null ? 'Use a timestamp such as 2023-11-16 18:17:03.9799600' : 'Use a number';
    return { faults: [{ pointer: `/${columns.atMs}`, fault: 'is not a timestamp', remedy }] };
  }
  const blockIds = columns.blockIds === undefined ? undefined : (row[columns.blockIds] ?? undefined);
  const tokens = {
    inputTokens: readNumeric(row[columns.inputTokens]),
    outputTokens: readNumeric(row[columns.outputTokens]),
  };
  const checked = checkValue(uploadedEntrySchema, { atMs, ...tokens, ...(blockIds === undefined ? {} : { blockIds }) });
  if ('value' in checked) return checked;
  return { faults: checked.faults.map((fault) => placeFault(fault, columns)) };
}

/** Returns a time in ms, or null if it is invalid. Rounds to 15 digits, because 61.114 · 1,000 is not exact. */
function readTime(value: unknown, timeUnit: TimeUnit | null): number | null {
  if (timeUnit === null) return typeof value === 'string' ? readTimestamp(value.trim()) : null;
  const number = readNumeric(value);
  if (typeof number !== 'number') return null;
  const { lengthMs } = timeUnits[timeUnit];
  return lengthMs === 1 ? number : Number((number * lengthMs).toPrecision(15));
}
