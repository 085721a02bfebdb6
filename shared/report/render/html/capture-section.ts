import { html } from 'hono/html';
import type { TableStyle } from '../text/text-table.ts';
import { dataTable } from './data-table.ts';
import type { Html } from './html.ts';

/**
 * What a renderer of text says of a report, as markup: its tables with a caption, its lines as paragraphs. So the page says
 * what the plain table says, and nothing is worded twice.
 * @param render gets a table style that keeps the rows, and no width at which to break lines
 * @returns empty where it says nothing
 */
export function captureSection(caption: string, render: (table: TableStyle) => readonly string[]): Html[] {
  const tables: Html[] = [];
  const keep: TableStyle = (head, rows, textColumns) => {
    tables.push(dataTable({ caption, head, rows: filled(rows, textColumns), textColumns }));
    return [];
  };
  const lines = render(keep).filter((line) => line.trim() !== '');
  return [
    ...tables,
    ...(lines.length === 0 ? [] : [html`<ul class="notes">${lines.map((line) => html`<li>${line.trim()}</li>`)}</ul>`]),
  ];
}

/** A name that stands once for several rows is repeated: each row of a page is read by itself. */
function filled(rows: readonly (readonly string[])[], textColumns: number): string[][] {
  const last: string[] = [];
  return rows.map((row) =>
    row.map((cell, column) => {
      if (column > 0 || textColumns < 2) return cell;
      const shown = cell === '' ? (last[column] ?? '') : cell;
      last[column] = shown;
      return shown;
    }),
  );
}
