/**
 * Pads cells so that each column has one width.
 * @param textColumns how many columns from the left hold text, aligned left; the others hold numbers, aligned right
 */
export function alignColumns(
  rows: readonly (readonly string[])[],
  textColumns: number,
  minWidth = 0,
): { cells: string[][]; widths: number[] } {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) =>
    Math.max(minWidth, ...rows.map((row) => countCharacters(row[i] ?? ''))),
  );
  const cells = rows.map((row) =>
    widths.map((width, i) => {
      const cell = row[i] ?? '';
      const space = ' '.repeat(width - countCharacters(cell));
      return i < textColumns ? cell + space : space + cell;
    }),
  );
  return { cells, widths };
}

/** Rows as lines of text in aligned columns, without borders. */
export function alignLines(rows: readonly (readonly string[])[], textColumns: number): string[] {
  return alignColumns(rows, textColumns).cells.map((row) => row.join('  ').trimEnd());
}

/** Characters, not the halves of pairs that some are made of. */
function countCharacters(text: string): number {
  return [...text].length;
}
