import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { AppError, type Fault, findFault, maxFaults, throwFaults } from '../../../shared/errors/app-error.ts';
import { deriveId } from '../../../shared/ids/ids.ts';
import { isInNumberRange } from '../../../shared/number-schema.ts';
import type { DatasetRecord } from '../../../shared/records/records.ts';
import { createWithinQuotas } from '../../../shared/runs/create-within-quotas.ts';
import { runInSlices, type Steps } from '../../../shared/time-slices.ts';
import { type DatasetKind, datasetKinds } from '../../../shared/workload/datasets/dataset.ts';
import { checkPromptForm, givenPromptSchema } from '../../../shared/workload/datasets/given-prompt.ts';
import {
  chooseEntrySchema,
  convertBlockTraceEntry,
  isJsonTrace,
  readCsvHeader,
  readCsvRow,
  splitTextLines,
  type TextLine,
  type TraceEntry,
} from '../../../shared/workload/datasets/read-trace.ts';
import { parseJsonBody } from '../http/body/define-json-body.ts';
import type { Caller } from '../http/define-endpoint.ts';
import { checkBySchema } from '../http/faults/check-by-schema.ts';

/** Maximum number of dataset entries, to limit memory: building a prompt copies or indexes all entries. */
const maxEntries = 250_000;

/** Stores a dataset if all its lines are valid. Returns the existing dataset if its kind and content are equal. */
export async function createDataset(
  { deps, tenantId }: Caller,
  { kind, name, text }: { kind: DatasetKind; name: string | null; text: string },
): Promise<{ dataset: DatasetRecord; created: boolean }> {
  const { datasets, clock } = deps;
  throwFaults('INVALID_REQUEST', await runInSlices(checksByKind[kind](text)));
  const { entries, recordedMs } = await runInSlices(datasetKinds[kind].read(text));
  throwFaults('INVALID_REQUEST', checkEntries(kind, entries.length));
  const sha256 = createHash('sha256').update(text).digest('hex');
  const dataset: DatasetRecord = {
    datasetId: deriveId('dataset', tenantId, kind, sha256),
    tenantId,
    name,
    kind,
    sha256,
    bytes: Buffer.byteLength(text),
    entries: entries.length,
    ...(recordedMs === undefined ? {} : { spanMs: findSpanMs(recordedMs) }),
    createdAtMs: clock.nowMs(),
  };
  const existing = await datasets.get(tenantId, dataset.datasetId);
  if (existing !== null) return { dataset: existing, created: false };
  const amounts = { datasets: 1, datasetBytes: dataset.bytes };
  return createWithinQuotas(deps, tenantId, amounts, () => datasets.create(dataset, text));
}

/** Returns the time in ms from the first to the last entry. A time too short to be stored counts as 0. */
function findSpanMs(recordedMs: readonly number[]): number {
  const spanMs = recordedMs.at(-1) ?? 0;
  return isInNumberRange(spanMs) ? spanMs : 0;
}

function checkEntries(kind: DatasetKind, entries: number): Fault[] {
  const noun = datasetKinds[kind].entryName;
  if (entries === 0)
    return [{ pointer: '', fault: `does not contain any ${noun}`, remedy: `Send at least one ${noun}` }];
  const remedy = `Send at most ${maxEntries} entries. Split the text into several datasets.`;
  return findFault(entries > maxEntries, { pointer: '', fault: `has ${entries} entries`, remedy });
}

/** Functions that return the faults in a dataset's lines. They skip blank lines. */
const checksByKind: Record<DatasetKind, (text: string) => Steps<Fault[]>> = {
  prompts: (text) => checkPromptLines(splitTextLines(text)),
  lines: checkTextLines,
  trace: (text) => checkTraceLines(splitTextLines(text)),
};

/** Returns a fault for each line with a NUL character, which prompts cannot contain. */
function* checkTextLines(text: string): Steps<Fault[]> {
  const words = { pointer: '', fault: 'contains a NUL character', remedy: 'Remove it' };
  const lines = text.split('\n').map((each, index) => ({ line: index + 1, text: each }));
  return yield* collectFaults(lines, (line) => findFault(line.includes('\0'), words));
}

function checkPromptLines(lines: readonly TextLine[]): Steps<Fault[]> {
  return collectFaults(lines, (line) => {
    const checked = checkJsonLine(line, () => givenPromptSchema);
    return 'faults' in checked ? checked.faults : checkPromptForm(checked.value, '');
  });
}

/** Returns the faults of a trace's lines. Pointers into CSV contain the column name: `line:3/ContextTokens`. */
function* checkTraceLines(lines: readonly TextLine[]): Steps<Fault[]> {
  const [first] = lines;
  if (first === undefined) return [];
  const checkOrder = createOrderCheck();
  if (isJsonTrace(first.text))
    return yield* collectFaults(lines, (line) => {
      const checked = checkJsonLine(line, chooseEntrySchema);
      if ('faults' in checked) return checked.faults;
      const { value } = checked;
      return 'timestamp' in value ? checkOrder(convertBlockTraceEntry(value), 'timestamp') : checkOrder(value, 'atMs');
    });
  const columns = readCsvHeader(first.text);
  if (Array.isArray(columns)) return columns.map((fault) => ({ ...fault, pointer: `line:${first.line}` }));
  return yield* collectFaults(lines.slice(1), (line) => {
    const entry = readCsvRow(line, columns);
    return Array.isArray(entry) ? entry : checkOrder(entry, 'TIMESTAMP');
  });
}

function createOrderCheck(): (entry: TraceEntry, field: string) => Fault[] {
  let latestMs = 0;
  return ({ atMs }, field) => {
    const words = { fault: 'is earlier than the time in a previous line', remedy: 'Sort the lines by time' };
    const faults = findFault(atMs < latestMs, { pointer: `/${field}`, ...words });
    latestMs = Math.max(latestMs, atMs);
    return faults;
  };
}

function* collectFaults(lines: readonly TextLine[], check: (line: string) => Fault[]): Steps<Fault[]> {
  const faults: Fault[] = [];
  for (const { line, text } of lines) {
    faults.push(...check(text).map((fault) => ({ ...fault, pointer: `line:${line}${fault.pointer}` })));
    if (faults.length >= maxFaults) return faults.slice(0, maxFaults);
    yield;
  }
  return faults;
}

/** Parses and validates one line of JSON. Returns the value, or faults with JSON pointers relative to the line. */
function checkJsonLine<Schema extends z.ZodType>(
  line: string,
  chooseSchema: (value: unknown) => Schema,
): { value: z.output<Schema> } | { faults: Fault[] } {
  try {
    const value = parseJsonBody(Buffer.from(line));
    return { value: checkBySchema(chooseSchema(value), value, 'body') };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { faults: error.faults };
  }
}
