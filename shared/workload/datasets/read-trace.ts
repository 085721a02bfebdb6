import { z } from 'zod';
import { readCsvHeader, readCsvRow } from './csv-trace.ts';
import { textLines } from './text-lines.ts';
import { blockTraceEntrySchema, fromBlockTraceEntry, type TraceEntry, traceEntrySchema } from './trace-entry.ts';

/**
 * Reads a trace whose lines were checked when it was uploaded: JSON Lines of either form, or CSV, which is known by its
 * first line being no JSON object. Lines without text do not count.
 * @throws Error where a line is no entry after all
 */
export function readTrace(text: string): TraceEntry[] {
  const lines = textLines(text);
  const [first] = lines;
  if (first === undefined) return [];
  if (isJsonTrace(first.text)) return lines.map((line) => parseEntry(JSON.parse(line.text)));
  const columns = readCsvHeader(first.text);
  if (Array.isArray(columns)) throw new Error('The first line of the trace names no columns');
  return lines.slice(1).map(({ line, text: row }) => {
    const entry = readCsvRow(row, columns);
    if (Array.isArray(entry)) throw new Error(`Line ${line} of the trace is no entry`);
    return entry;
  });
}

export function isJsonTrace(firstLine: string): boolean {
  return firstLine.trimStart().startsWith('{');
}

/** The schema that a line is held against: Mooncake's, where it has a field of that form. */
export function schemaOfEntry(value: unknown) {
  const isBlockForm = typeof value === 'object' && value !== null && ('timestamp' in value || 'input_length' in value);
  return isBlockForm ? blockTraceEntrySchema : traceEntrySchema;
}

const eitherForm = z.union([traceEntrySchema, blockTraceEntrySchema.transform(fromBlockTraceEntry)]);

function parseEntry(value: unknown): TraceEntry {
  return eitherForm.parse(value);
}
