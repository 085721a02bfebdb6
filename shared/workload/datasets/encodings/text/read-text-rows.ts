import { splitTextLines } from '../../read-trace.ts';
import type { Row } from '../row.ts';

/** Reads each nonblank line of a text as a prompt. */
export function* readTextRows(text: string): Generator<Row> {
  for (const { line, text: own } of splitTextLines(text))
    yield { place: `line:${line}`, value: { prompt: own.replace(/\r$/, '') } };
}
