/** Pads cells to the width of their column. Aligns the first `textColumns` columns left and the other columns right. */
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

/** Returns table rows as lines of text with aligned columns and no borders. */
export function alignLines(rows: readonly (readonly string[])[], textColumns: number): string[] {
  return alignColumns(rows, textColumns).cells.map((row) => row.join('  ').trimEnd());
}

/** Counts characters instead of UTF-16 code units. */
function countCharacters(text: string): number {
  return [...text].length;
}

/**
 * Breaks a text at spaces into lines of at most `width` characters. A longer word gets its own line. The first line
 * starts with `first`; each other line starts with `rest`.
 */
export function wrapText(text: string, width: number, rest = '', first = ''): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(/ +/)) {
    const longer = isEmpty ? line + word : `${line} ${word}`;
    if (isEmpty || longer.length <= width) line = longer;
    else {
      lines.push(line);
      line = rest + word;
    }
    isEmpty = false;
  }
  return [...lines, line].map((each) => each.trimEnd());
}
