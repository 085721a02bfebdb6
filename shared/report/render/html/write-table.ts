import { html } from 'hono/html';
import type { Cell, Table, TextCell, ValueCell } from '../../sections/document.ts';
import { findReasonNumber, showInterval, showValue } from '../show-cell.ts';
import { markTarget } from './mark-target.ts';
import { type Html, writeBadge, writeWords } from './write-words.ts';

/** A table with its caption, which scrolls by itself where the page is narrow. */
export function writeTable(table: Table, reasons: readonly string[]): Html {
  const { caption, label = caption, head, rows, textColumns } = table;
  const isHeaded = head.some((name) => name !== '');
  const headings = isHeaded
    ? html`<thead><tr>${head.map((name, i) => writeHeading(name, i < textColumns))}</tr></thead>`
    : '';
  const body = rows.map((row) => html`<tr>${row.map((cell, i) => writeBodyCell(cell, i, textColumns, reasons))}</tr>`);
  return html`<div class="wide" tabindex="0" role="region" aria-label="${writeWords(label)}"><table><caption>${writeWords(caption)}</caption>${headings}<tbody>${body}</tbody></table></div>`;
}

function writeHeading(name: string, isText: boolean): Html {
  if (name === '') return html`<td></td>`;
  return isText
    ? html`<th scope="col" class="text">${writeWords(name)}</th>`
    : html`<th scope="col">${writeWords(name)}</th>`;
}

function writeBodyCell(cell: Cell, column: number, textColumns: number, reasons: readonly string[]): Html {
  const content = writeCell(cell, reasons);
  if (column === 0 && cell !== '') return html`<th scope="row">${content}</th>`;
  return column < textColumns ? html`<td class="text">${content}</td>` : html`<td>${content}</td>`;
}

function writeCell(cell: Cell, reasons: readonly string[]): Html {
  if (typeof cell === 'string') return writeWords(cell);
  if ('range' in cell) return writeWords(cell.range === null ? '' : writeMinus(showInterval(cell.range, cell)));
  const number = findReasonNumber(cell, reasons);
  return 'text' in cell ? writeText(cell, number) : writeValue(cell, number);
}

/** A number with its interval below it; where there is no number, a dash that leads to its reason. */
function writeValue(cell: ValueCell, reasonNumber: number | null): Html {
  const { value, interval = null, note = '' } = cell;
  const missing = writeMissing(reasonNumber);
  const change = note === '' ? '' : html`<small class="change">${writeWords(note)}</small>`;
  if (value === null) return html`${missing}${change}`;
  const below = interval === null ? (reasonNumber === null ? '' : missing) : writeMinus(showInterval(interval, cell));
  const small = below === '' ? '' : html`<small>${below}</small>`;
  return html`${writeMinus(showValue(value, cell))}${small}${change}`;
}

function writeMissing(reasonNumber: number | null): Html | string {
  if (reasonNumber === null) return '–';
  return html`<a class="none" href="#note-${reasonNumber}" aria-label="no value, note ${reasonNumber}">–<sup>${reasonNumber}</sup></a>`;
}

function writeMinus(text: string): string {
  return text.replaceAll('-', '−');
}

function writeText(cell: TextCell, reasonNumber: number | null): Html {
  const { text, tone, isCode, targetIndex, note = '' } = cell;
  const written = isCode ? writeWords([{ code: text }]) : writeWords(text);
  const shown =
    tone !== undefined
      ? writeBadge({ text, tone })
      : targetIndex !== undefined
        ? markTarget(targetIndex, written)
        : written;
  const why = reasonNumber === null ? '' : html` ${writeMissing(reasonNumber)}`;
  if (note === '') return html`${shown}${why}`;
  const words = writeWords(note);
  return html`${shown}${why}${typeof note === 'string' ? html`<small class="why">${words}</small>` : html`<small>${words}</small>`}`;
}
