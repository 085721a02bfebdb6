import type { Row } from '../row.ts';
import { splitCsvLines } from './split-csv-lines.ts';

/**
 * Reads the lines of a CSV text as objects with the names in its header. Empty cells are omitted. A line whose cells
 * are not clear is a fault, so that no text is lost.
 */
export function* readCsvRows(text: string): Generator<Row> {
  let names: string[] | null = null;
  for (const { line, cells, fault } of splitCsvLines(text)) {
    const place = `line:${line}`;
    const found = fault ?? (names === null ? findRepeated(cells) : findExcess(cells, names.length));
    if (found !== null) yield { place, faults: [{ pointer: '', fault: found, remedy }] };
    if (names === null) names = cells.map((name) => name.trim());
    else if (found === null) {
      const pairs = names.map((name, index) => [name, cells[index]?.trim() ?? ''] as const);
      yield { place, value: Object.fromEntries(pairs.filter(([, value]) => value !== '')) };
    }
  }
}

const remedy = 'Put cells with commas in double quotes, and double the quotes inside. Use each column name once';

/** Returns the column names of a CSV text. */
export function readCsvNames(text: string): string[] {
  const [header] = splitCsvLines(text);
  return header?.cells.map((name) => name.trim()) ?? [];
}

function findRepeated(cells: readonly string[]): string | null {
  const names = cells.map((name) => name.trim());
  const repeated = names.find((name, index) => name !== '' && names.indexOf(name) !== index);
  return repeated === undefined ? null : `is a header with two columns ${repeated}`;
}

function findExcess(cells: readonly string[], columns: number): string | null {
  if (cells.slice(columns).every((cell) => cell.trim() === '')) return null;
  return `has ${cells.length} cells, but the header has ${columns}`;
}
