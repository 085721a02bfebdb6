import type { Row } from '../row.ts';
import { splitCsvLines } from './split-csv-lines.ts';

/** A table with more columns is not one of prompts or requests. */
const maxColumns = 10_000;

/**
 * Reads the lines of a CSV text as objects with the names in its header. Empty cells are omitted. A line whose cells
 * are not clear is a fault, so that no text is lost. Yields null for steps without a row.
 */
export function* readCsvRows(text: string): Generator<Row | null> {
  let names: string[] | null = null;
  for (const each of splitCsvLines(text)) {
    if (each === null) {
      yield null;
      continue;
    }
    const { line, cells, fault } = each;
    const place = `line:${line}`;
    const found = fault ?? (names === null ? findWrongHeader(cells) : findExcess(cells, names.length));
    if (found !== null) yield { place, faults: [{ pointer: '', fault: found, remedy }] };
    if (names === null) names = readNames(cells);
    else if (found === null) yield { place, value: Object.fromEntries(pairCells(names, cells)) };
  }
}

const remedy = 'Put cells with commas in double quotes, and double the quotes inside. Use each column name once';

/** Number of characters that a header can have for its names to be listed. */
const maxHeaderLength = 100_000;

/** Returns the column names of a CSV text. */
export function readCsvNames(text: string): string[] {
  for (const header of splitCsvLines(text.slice(0, maxHeaderLength)))
    if (header !== null) return readNames(header.cells);
  return [];
}

function readNames(cells: readonly string[]): string[] {
  return cells.slice(0, maxColumns).map((name) => name.trim());
}

function pairCells(names: readonly string[], cells: readonly string[]): [string, string][] {
  return cells.flatMap((cell, index): [string, string][] => {
    const [name, value] = [names[index], cell.trim()];
    return name === undefined || value === '' ? [] : [[name, value]];
  });
}

function findWrongHeader(cells: readonly string[]): string | null {
  if (cells.length > maxColumns) return `is a header with more than ${maxColumns} columns`;
  const seen = new Set<string>();
  for (const name of readNames(cells)) {
    if (name !== '' && seen.has(name)) return `is a header with two columns ${name}`;
    seen.add(name);
  }
  return null;
}

function findExcess(cells: readonly string[], columns: number): string | null {
  if (cells.slice(columns).every((cell) => cell.trim() === '')) return null;
  return `has ${cells.length} cells, but the header has ${columns}`;
}
