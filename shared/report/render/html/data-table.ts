import { html } from 'hono/html';
import { plainText } from '../../words/plain-text.ts';
import type { Html } from './html.ts';

export type DataTable = {
  caption: string;
  /** What it is called by itself, where the caption is not enough for that. */
  label?: string;
  /** Empty for a column that needs no heading; all of them: no line of headings. */
  head: readonly (string | Html)[];
  rows: readonly (readonly (string | Html)[])[];
  /** How many columns from the left hold text; the others hold numbers. */
  textColumns: number;
};

/** A table with its caption, which scrolls by itself where the page is narrow. */
export function dataTable({ caption, label = caption, head, rows, textColumns }: DataTable): Html {
  const isHeaded = head.some((name) => name !== '');
  const headings = isHeaded
    ? html`<thead><tr>${head.map((name, i) => headCell(name, i < textColumns))}</tr></thead>`
    : '';
  return html`<div class="wide" tabindex="0" role="region" aria-label="${plainText(label)}"><table><caption>${plainText(caption)}</caption>${headings}<tbody>${rows.map((row) => html`<tr>${row.map((cell, i) => bodyCell(cell, i, textColumns))}</tr>`)}</tbody></table></div>`;
}

function headCell(name: string | Html, isText: boolean): Html {
  if (name === '') return html`<td></td>`;
  return isText ? html`<th scope="col" class="text">${show(name)}</th>` : html`<th scope="col">${show(name)}</th>`;
}

function bodyCell(cell: string | Html, column: number, textColumns: number): Html {
  if (column === 0 && cell !== '') return html`<th scope="row">${show(cell)}</th>`;
  return column < textColumns ? html`<td class="text">${show(cell)}</td>` : html`<td>${show(cell)}</td>`;
}

const missing = /^-\[(\d+)\]$/;

/** Text without control characters; a dash with the number of its reason leads to the reason. */
function show(cell: string | Html): string | Html {
  if (typeof cell !== 'string' || 'isEscaped' in Object(cell)) return cell;
  const number = missing.exec(cell)?.[1];
  if (number === undefined) return plainText(cell);
  return html`<a class="none" href="#note-${number}" aria-label="no value, note ${number}">–<sup>${number}</sup></a>`;
}
