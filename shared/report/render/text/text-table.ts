import Table from 'cli-table3';

const noBorders = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** How rows become lines. */
export type TableStyle = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
  textColumns: number,
) => string[];

/**
 * Rows in aligned columns, without borders or colour.
 * @param textColumns how many columns from the left hold text, aligned left; the others hold numbers, aligned right
 */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  textColumns: number,
): string[] {
  const table = new Table({
    head: [...head],
    chars: noBorders,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: head.map((_, i) => (i < textColumns ? 'left' : 'right')),
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}
