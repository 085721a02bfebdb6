import { z } from 'zod';
import type { Fault } from '../../errors/app-error.ts';
import { countSchema, integerSchema, numberSchema } from '../../number-schema.ts';
import type { Steps } from '../../time-slices.ts';
import { maxTokenCount } from '../distributions/kinds/distribution-kind.ts';

const atMs = numberSchema(0, 1e15);
const tokens = integerSchema(1, maxTokenCount);

/** Schema of one request in a trace, in the spec or as a line of a dataset. */
export const traceEntrySchema = z.strictObject({
  atMs: atMs.describe('Time of the request in milliseconds, in ascending order. The first entry is the start'),
  inputTokens: tokens,
  outputTokens: tokens,
});

/** Schema of one line in a trace in Mooncake's format, which contains the ids of the prompt's blocks. */
export const blockTraceEntrySchema = z.strictObject({
  timestamp: atMs.describe('Time of the request in milliseconds, in ascending order. The first line is the start'),
  input_length: tokens,
  output_length: tokens,
  hash_ids: z
    .array(countSchema)
    .max(maxTokenCount)
    .optional()
    .describe('Id of each input block. Inputs with equal leading ids have equal beginnings'),
});

/** Schema of one request of a trace in an uploaded file, after its fields got our names. */
export const uploadedEntrySchema = traceEntrySchema.extend({ blockIds: blockTraceEntrySchema.shape.hash_ids });

/** One request of a trace. If two requests have the same first `blockIds`, their prompts start with the same text. */
export type TraceEntry = z.infer<typeof traceEntrySchema> & { blockIds?: readonly number[] | undefined };

function convertBlockTraceEntry(line: z.infer<typeof blockTraceEntrySchema>): TraceEntry {
  const { timestamp, input_length: inputTokens, output_length: outputTokens, hash_ids: blockIds } = line;
  return { atMs: timestamp, inputTokens, outputTokens, blockIds };
}

export function computeSinceFirstMs(entries: readonly { atMs: number }[]): number[] {
  const firstMs = entries[0]?.atMs ?? 0;
  return entries.map((entry) => entry.atMs - firstMs);
}

/** A nonblank line and its line number, which starts at 1. */
export type TextLine = { line: number; text: string };

/** Lists the nonblank lines of a text, one by one. Ignores a byte order mark. */
export function* splitTextLines(text: string): Generator<TextLine> {
  let at = text.startsWith('\ufeff') ? 1 : 0;
  for (let line = 1; at < text.length; line++) {
    const found = text.indexOf('\n', at);
    const end = found < 0 ? text.length : found;
    const own = text.slice(at, end);
    if (own.trim() !== '') yield { line, text: own };
    at = end + 1;
  }
}

/**
 * Parses a trace that was validated at upload. If the first line is a JSON object, the format is JSON Lines, else CSV.
 * @throws Error for an invalid line
 */
export function* readTrace(text: string): Steps<TraceEntry[]> {
  const [first] = splitTextLines(text);
  if (first === undefined) return [];
  const columns = isJsonTrace(first.text) ? null : readCsvHeader(first.text);
  if (Array.isArray(columns)) throw new Error('The header of the CSV trace is not valid');
  const entries: TraceEntry[] = [];
  for (const { line, text: row } of splitTextLines(text)) {
    if (columns !== null && line === first.line) continue;
    const entry = columns === null ? eitherForm.parse(JSON.parse(row)) : readCsvRow(row, columns);
    if (Array.isArray(entry)) throw new Error(`Line ${line} of the trace is not valid`);
    entries.push(entry);
    yield;
  }
  return entries;
}

const eitherForm = z.union([traceEntrySchema, blockTraceEntrySchema.transform(convertBlockTraceEntry)]);

function isJsonTrace(firstLine: string): boolean {
  return firstLine.trimStart().startsWith('{');
}

/** Columns of the LLM inference traces that Azure published. They may be in any order. Other columns are ignored. */
const columnNames = ['TIMESTAMP', 'ContextTokens', 'GeneratedTokens'] as const;
type CsvColumns = Record<(typeof columnNames)[number], number>;

/** Returns the position of each column, or the problems of the header. */
function readCsvHeader(line: string): CsvColumns | Fault[] {
  const names = line.split(',').map((name) => name.trim());
  const missing = columnNames.filter((name) => !names.includes(name));
  if (missing.length > 0)
    return missing.map((name) => ({
      pointer: '',
      fault: `is the header of a CSV trace, but has no column ${name}`,
      remedy: `Start with ${columnNames.join(',')}, or send JSON Lines such as {"atMs": 0, "inputTokens": 550, "outputTokens": 150}`,
    }));
  const [TIMESTAMP = 0, ContextTokens = 0, GeneratedTokens = 0] = columnNames.map((name) => names.indexOf(name));
  return { TIMESTAMP, ContextTokens, GeneratedTokens };
}

/** Parses a CSV row to an entry with its time in ms since 1970. If the row is invalid, returns problems by column. */
function readCsvRow(line: string, columns: CsvColumns): TraceEntry | Fault[] {
  const cells = line.split(',').map((cell) => cell.trim());
  const atMs = readTimestamp(cells[columns.TIMESTAMP] ?? '');
  const faults: Fault[] = [];
  if (atMs === null)
    faults.push({
      pointer: '/TIMESTAMP',
      fault: 'is not a timestamp',
      remedy: 'Use a timestamp such as 2023-11-16 18:17:03.9799600',
    });
  const readTokens = (name: 'ContextTokens' | 'GeneratedTokens', field: 'inputTokens' | 'outputTokens') => {
    const text = cells[columns[name]] ?? '';
    const parsed = traceEntrySchema.shape[field].safeParse(/^\d+$/.test(text) ? Number(text) : text);
    if (!parsed.success)
      faults.push({
        pointer: `/${name}`,
        fault: 'is not a valid token count',
        remedy: 'Use a whole number from 1 to 200000, or remove the row',
      });
    return parsed.data ?? 0;
  };
  const inputTokens = readTokens('ContextTokens', 'inputTokens');
  const outputTokens = readTokens('GeneratedTokens', 'outputTokens');
  return atMs === null || faults.length > 0 ? faults : { atMs, inputTokens, outputTokens };
}

/** Parses a timestamp to ms with all fractional digits (`Date` keeps only three). The default time zone is UTC. */
export function readTimestamp(text: string): number | null {
  const parts = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?$/.exec(text);
  if (parts === null) return null;
  const [, date, time, fraction = '', zone = 'Z'] = parts;
  const wholeMs = Date.parse(`${date}T${time}${zone}`);
  return Number.isNaN(wholeMs) || !isCalendarDate(date) ? null : wholeMs + Number(`0${fraction}`) * 1_000;
}

/** Returns whether a date exists. `Date` reads February 30 as March 2. */
function isCalendarDate(date = ''): boolean {
  const midnightMs = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(midnightMs) && new Date(midnightMs).toISOString().startsWith(date);
}
