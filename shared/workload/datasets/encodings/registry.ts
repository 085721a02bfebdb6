import { detectForm, getDatasetForm } from '../forms/registry.ts';
import { readCsvNames, readCsvRows } from './csv/read-csv-rows.ts';
import { readJsonRows } from './json/read-json-rows.ts';
import { readJsonlRows } from './jsonl/read-jsonl-rows.ts';
import type { ParseJson, Row } from './row.ts';
import { readTextRows } from './text/read-text-rows.ts';

/** Encodings of a text that contains entries. Their readers yield null for steps without a row. */
export const textEncodings = {
  jsonl: readJsonlRows,
  json: readJsonRows,
  csv: readCsvRows,
  text: readTextRows,
} satisfies Record<string, (text: string, parseJson: ParseJson) => Iterable<Row | null>>;
export type TextEncoding = keyof typeof textEncodings;

/** All encodings of uploaded entries. Parquet is the only binary one. */
export const datasetEncodings = ['jsonl', 'json', 'csv', 'text', 'parquet'] as const;
export type DatasetEncoding = (typeof datasetEncodings)[number];

/**
 * Detects an encoding from the first character, then from the media type and from the names in a CSV header.
 * @param options `columns` contains the column names that the caller stated
 */
export function detectEncoding(
  text: string,
  type: string,
  options: { isTrace: boolean; isLines: boolean; columns: readonly string[] },
): TextEncoding {
  const first = text.match(/[^\s\ufeff]/)?.[0];
  if (options.isLines) return 'text';
  if (first === '{') return 'jsonl';
  if (first === '[') return 'json';
  if (options.isTrace || type === 'text/csv' || type === 'text/tab-separated-values') return 'csv';
  if (isTable(readCsvNames(text.slice(0, 10_000)), options.columns)) return 'csv';
  return type === 'text/plain' ? 'text' : 'jsonl';
}

/** Returns whether a header has the stated columns, or those of a form that tables can have. */
function isTable(names: readonly string[], columns: readonly string[]): boolean {
  if (names.length < 2) return false;
  if (columns.length > 0 && columns.every((name) => names.includes(name))) return true;
  const form = detectForm(new Set(names), null);
  return form !== null && (form === 'prompts' || getDatasetForm(form).kind === 'trace');
}
