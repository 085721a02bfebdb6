import type { Row } from '../row.ts';

type CsvLine = { line: number; cells: string[] };

/** Reads the lines of a CSV text (RFC 4180) as objects with the names in its header. Empty cells are omitted. */
export function* readCsvRows(text: string): Generator<Row> {
  let names: string[] | null = null;
  for (const { line, cells } of splitCsvLines(text)) {
    if (names === null) {
      names = cells.map((name) => name.trim());
      continue;
    }
    const pairs = names.map((name, index) => [name, cells[index]?.trim() ?? ''] as const);
    yield { place: `line:${line}`, value: Object.fromEntries(pairs.filter(([, value]) => value !== '')) };
  }
}

/** Returns the column names of a CSV text. */
export function readCsvNames(text: string): string[] {
  const [header] = splitCsvLines(text);
  return header?.cells.map((name) => name.trim()) ?? [];
}

/** Splits a text into its nonblank lines and cells. A cell in double quotes can contain separators and line breaks. */
function* splitCsvLines(text: string): Generator<CsvLine> {
  const whole = text.replace(/^\ufeff/, '');
  const separator = chooseSeparator(whole);
  const cell = new RegExp(
    `(?:"([^"]*(?:""[^"]*)*)"|([^${separator}\\r\\n]*))[^${separator}\\r\\n]*(${separator}|\\r?\\n|\\r|$)`,
    'y',
  );
  let [line, fromLine, cells]: [number, number, string[]] = [1, 1, []];
  while (cell.lastIndex < whole.length) {
    const [found, quoted, plain = '', end] = cell.exec(whole) ?? [''];
    cells.push(quoted?.replaceAll('""', '"') ?? plain);
    line += found.split(/\r\n|\r|\n/).length - 1;
    if (end === separator) continue;
    if (cells.some((each) => each.trim() !== '')) yield { line: fromLine, cells };
    [fromLine, cells] = [line, []];
  }
  if (cells.length > 0) yield { line: fromLine, cells };
}

/** Returns the separator that is most frequent in the first line: a comma, a tab, or a semicolon. */
function chooseSeparator(text: string): string {
  const first = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  const count = (separator: string) => first.split(separator).length;
  return [',', '\t', ';'].toSorted((a, b) => count(b) - count(a))[0] ?? ',';
}
