import { splitTextLines } from '../../read-trace.ts';
import type { ParseJson, Row } from '../row.ts';

/** Reads one JSON value from each nonblank line. */
export function* readJsonlRows(text: string, parseJson: ParseJson): Generator<Row> {
  for (const { line, text: own } of splitTextLines(text)) yield { place: `line:${line}`, ...parseJson(own) };
}
