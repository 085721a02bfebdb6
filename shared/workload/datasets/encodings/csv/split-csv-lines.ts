/** A line of a CSV text that is not blank. `fault` says why its cells cannot be read. */
export type CsvLine = { line: number; cells: string[]; fault?: string };

/** One cell and the position of its end. */
type Cell = { text: string; end: number; fault?: string };

/** Number of cells in one step, so that a long line does not hold up other work. */
const cellsPerStep = 1_000;

/**
 * Splits a text into its nonblank lines and cells (RFC 4180). A cell in double quotes can contain separators and line
 * breaks. If the header has only one column, each line is one cell. Yields null for steps without a whole line.
 */
export function* splitCsvLines(text: string): Generator<CsvLine | null> {
  const whole = text.replace(/^\ufeff/, '');
  const separator = chooseSeparator(whole);
  let [line, fromLine, at, cells]: [number, number, number, string[]] = [1, 1, 0, []];
  while (at < whole.length) {
    const cell = readCell(whole, at, separator);
    cells.push(cell.text);
    const hasNext = cell.fault === undefined && cell.end < whole.length && whole[cell.end] === separator;
    const next = hasNext
      ? cell.end + 1
      : skipLineEnd(whole, cell.fault === undefined ? cell.end : findLineEnd(whole, at));
    line += countLineEnds(whole, at, next);
    at = next;
    if (cells.length % cellsPerStep === 0) yield null;
    if (hasNext && at < whole.length) continue;
    if (cell.fault !== undefined) yield { line: fromLine, cells, fault: cell.fault };
    else yield cells.some((each) => each.trim() !== '') ? { line: fromLine, cells } : null;
    [fromLine, cells] = [line, []];
  }
}

/** Returns the separator that is most frequent in the header: a comma, a tab, or a semicolon. Null if it has none. */
function chooseSeparator(text: string): string | null {
  const header = text.slice(0, findLineEnd(text, 0)).replaceAll(/"[^"]*"/g, '');
  const count = (separator: string) => header.split(separator).length - 1;
  const [most = ','] = [',', '\t', ';'].toSorted((a, b) => count(b) - count(a));
  return count(most) === 0 ? null : most;
}

function readCell(text: string, from: number, separator: string | null): Cell {
  const open = skipSpaces(text, from);
  const plainEnd = separator === null ? findLineEnd(text, from) : findCellEnd(text, from, separator);
  if (text[open] !== '"') return { text: text.slice(from, plainEnd), end: plainEnd };
  const close = findClosingQuote(text, open + 1);
  const end = skipSpaces(text, close + 1);
  const isClosed = close >= 0 && (end === text.length || `${separator ?? ''}\r\n`.includes(text.charAt(end)));
  if (isClosed) return { text: text.slice(open + 1, close).replaceAll('""', '"'), end };
  if (separator === null) return { text: text.slice(from, plainEnd), end: plainEnd };
  const fault = close < 0 ? 'has a cell whose quotes are not closed' : 'has text after the closing quotes of a cell';
  return { text: '', end: plainEnd, fault };
}

/** Returns the position of the quotes that end a cell, or -1. Double quotes within a cell are doubled. */
function findClosingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at >= 0 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}

function findCellEnd(text: string, from: number, separator: string): number {
  let end = from;
  while (end < text.length && text[end] !== separator && !isLineEnd(text[end])) end++;
  return end;
}

function findLineEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && !isLineEnd(text[end])) end++;
  return end;
}

function countLineEnds(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) if (text[at] === '\n' || (text[at] === '\r' && text[at + 1] !== '\n')) count++;
  return count;
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ') at++;
  return at;
}

function skipLineEnd(text: string, at: number): number {
  if (text.startsWith('\r\n', at)) return at + 2;
  return isLineEnd(text[at]) ? at + 1 : at;
}

function isLineEnd(character: string | undefined): boolean {
  return character === '\r' || character === '\n';
}
