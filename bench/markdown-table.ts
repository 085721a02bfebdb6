/** Renders one row of a Markdown table. */
export function renderRow(cells: readonly string[]): string {
  // A bar in a cell would end it.
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** Renders a Markdown table, with numbers aligned to the right if `align` is `right`. */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  align: 'left' | 'right' = 'left',
): string {
  const rule = renderRow(head.map(() => (align === 'left' ? '---' : '---:')));
  return [renderRow(head), rule, ...rows.map(renderRow)].join('\n');
}
