import { escapeInline } from './escape-markdown.ts';

/**
 * Rows as a table that is aligned as raw text, too.
 * @param textColumns how many columns from the left hold text, aligned left; the others hold numbers, aligned right
 */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  textColumns: number,
): string[] {
  const cells = [head, ...rows].map((row) => head.map((_, i) => escapeInline(row[i] ?? '')));
  // Three characters are the least that every reader of tables takes for a column.
  const widths = head.map((_, i) => Math.max(3, ...cells.map((row) => lengthOf(row[i] ?? ''))));
  const line = (row: readonly string[]) => `| ${row.join(' | ')} |`;
  const pad = (row: readonly string[]) =>
    row.map((cell, i) => {
      const space = ' '.repeat((widths[i] ?? 0) - lengthOf(cell));
      return i < textColumns ? cell + space : space + cell;
    });
  const rule = widths.map((width, i) => (i < textColumns ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  const [first = [], ...others] = cells.map(pad);
  return [line(first), line(rule), ...others.map(line)];
}

/** Characters, not the halves of pairs that some are made of. */
function lengthOf(text: string): number {
  return [...text].length;
}
