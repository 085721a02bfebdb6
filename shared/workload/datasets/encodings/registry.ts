import { readCsvNames, readCsvRows } from './csv/read-csv-rows.ts';
import { readJsonRows } from './json/read-json-rows.ts';
import { readJsonlRows } from './jsonl/read-jsonl-rows.ts';
import type { ParseJson, Row } from './row.ts';
import { readTextRows } from './text/read-text-rows.ts';

/** Encodings of a text that contains entries. */
export const textEncodings = {
  jsonl: readJsonlRows,
  json: readJsonRows,
  csv: readCsvRows,
  text: readTextRows,
} satisfies Record<string, (text: string, parseJson: ParseJson) => Iterable<Row>>;
export type TextEncoding = keyof typeof textEncodings;

/** All encodings of uploaded entries. Parquet is the only binary one. */
export const datasetEncodings = ['jsonl', 'json', 'csv', 'text', 'parquet'] as const;
export type DatasetEncoding = (typeof datasetEncodings)[number];

/** Detects an encoding from the first character, then from the media type and from the names in a CSV header. */
export function detectEncoding(
  text: string,
  type: string,
  options: { isTrace: boolean; isLines: boolean },
): TextEncoding {
  const first = text.match(/[^\s\ufeff]/)?.[0];
  if (options.isLines) return 'text';
  if (first === '{') return 'jsonl';
  if (first === '[') return 'json';
  if (options.isTrace || type === 'text/csv' || type === 'text/tab-separated-values') return 'csv';
  const names = readCsvNames(text.slice(0, 10_000));
  if (names.length > 1 && names.some((name) => ['prompt', 'messages'].includes(name.toLowerCase()))) return 'csv';
  return type === 'text/plain' ? 'text' : 'jsonl';
}
