import { html, raw } from 'hono/html';
import type { Badge, Cell, Table, TextCell, ValueCell, Words } from '../../sections/document.ts';
import { replaceControls } from '../../words/format-text.ts';
import { seriesColorCount } from '../charts/chart-theme.ts';
import { findReasonNumber, showInterval, showValue } from '../show-cell.ts';

/** HTML markup. Untrusted text in it is already escaped. */
export type Html = ReturnType<typeof html>;

export function writeWords(words: Words): Html {
  if (typeof words === 'string') return html`${replaceControls(words)}`;
  return html`${words.map((part) => {
    if (typeof part === 'string') return replaceControls(part);
    if ('code' in part) return html`<code>${replaceControls(part.code)}</code>`;
    return html`<a href="#${part.sectionId}">${replaceControls(part.text)}</a>`;
  })}`;
}

/** Writes an HTML attribute, or nothing if it has no value. */
export function writeAttribute(name: 'class' | 'id', value: string | undefined): Html | '' {
  return value === undefined ? '' : html` ${name}="${value}"`;
}

export function writeBadge({ text, tone }: Badge): Html {
  return html`<span class="badge ${tone}">${replaceControls(text)}</span>`;
}

/** Writes a table with its caption. If the table is too wide for the page, only the table scrolls. */
export function writeTable(table: Table, reasons: readonly string[]): Html {
  const { caption, label = caption, head, rows, textColumns } = table;
  const headings = head.some((name) => name !== '')
    ? html`<thead><tr>${head.map((name, i) => writeHeading(name, i < textColumns))}</tr></thead>`
    : '';
  const body = rows.map((row) => html`<tr>${row.map((cell, i) => writeBodyCell(cell, i, textColumns, reasons))}</tr>`);
  return html`<div class="wide" tabindex="0" role="region" aria-label="${writeWords(label)}"><table><caption>${writeWords(caption)}</caption>${headings}<tbody>${body}</tbody></table></div>`;
}

function writeHeading(name: string, isText: boolean): Html {
  if (name === '') return html`<td></td>`;
  return html`<th scope="col"${writeAttribute('class', isText ? 'text' : undefined)}>${writeWords(name)}</th>`;
}

function writeBodyCell(cell: Cell, column: number, textColumns: number, reasons: readonly string[]): Html {
  const content = writeCell(cell, reasons);
  if (column === 0 && cell !== '') return html`<th scope="row">${content}</th>`;
  return html`<td${writeAttribute('class', column < textColumns ? 'text' : undefined)}>${content}</td>`;
}

function writeCell(cell: Cell, reasons: readonly string[]): Html {
  if (typeof cell === 'string') return writeWords(cell);
  if ('range' in cell) return writeWords(cell.range === null ? '' : showInterval(cell.range, cell));
  const isText = 'text' in cell;
  const missing = writeMissing(findReasonNumber(cell, reasons), isText ? '' : '–');
  return isText ? writeText(cell, missing) : writeValue(cell, missing);
}

/** Writes a mark that shows a reason's number and links to the reason. Returns null if there is no reason. */
function writeMissing(reasonNumber: number | null, mark: string): Html | null {
  if (reasonNumber === null) return null;
  return html`<a class="none" href="#note-${reasonNumber}" aria-label="${mark === '' ? '' : 'no value, '}note ${reasonNumber}">${mark}<sup>${reasonNumber}</sup></a>`;
}

function writeValue(cell: ValueCell, missing: Html | null): Html {
  const { value, interval = null, note = '' } = cell;
  const change = note === '' ? '' : html`<small class="change">${writeWords(note)}</small>`;
  if (value === null) return html`${missing ?? '–'}${change}`;
  const below = interval === null ? missing : showInterval(interval, cell);
  const small = below === null ? '' : html`<small>${below}</small>`;
  return html`${showValue(value, cell)}${small}${change}`;
}

function writeText(cell: TextCell, missing: Html | null): Html {
  const { text, tone, isCode, targetIndex, note = '' } = cell;
  const written = isCode ? writeWords([{ code: text }]) : writeWords(text);
  const marked = targetIndex === undefined ? written : markTarget(targetIndex, written);
  const shown = tone === undefined ? marked : writeBadge({ text, tone });
  const why = missing === null ? '' : html` ${missing}`;
  if (note === '') return html`${shown}${why}`;
  const words = writeWords(note);
  return html`${shown}${why}<small${writeAttribute('class', typeof note === 'string' ? 'why' : undefined)}>${words}</small>`;
}

/** The symbols that charts use, drawn in a box of 10 by 10. */
const shapes = [
  '<circle cx="5" cy="5" r="4.5"/>',
  '<path d="M1 1h8v8h-8z"/>',
  '<path d="M5 .5L9.5 9.5H.5z"/>',
  '<path d="M5 0l5 5l-5 5l-5 -5z"/>',
  '<rect x="1" y="1" width="8" height="8" rx="2.5"/>',
] as const;

/** Writes a target's chart symbol in its chart color, and then the target's name. */
function markTarget(targetIndex: number, label: Html): Html {
  const shape = shapes[targetIndex % shapes.length] ?? shapes[0];
  return html`<span class="keyed"><svg viewBox="0 0 10 10" aria-hidden="true" style="fill:var(--chart-${(targetIndex % seriesColorCount) + 1})">${raw(shape)}</svg>${label}</span>`;
}
