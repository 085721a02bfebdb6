import { html, raw } from 'hono/html';
import { seriesColourCount } from '../charts/chart-theme.ts';
import type { Html } from './write-words.ts';

/** The symbols of the charts, in a box of 10 by 10. */
const shapes = [
  '<circle cx="5" cy="5" r="4.5"/>',
  '<path d="M1 1h8v8h-8z"/>',
  '<path d="M5 .5L9.5 9.5H.5z"/>',
  '<path d="M5 0l5 5l-5 5l-5 -5z"/>',
  '<rect x="1" y="1" width="8" height="8" rx="2.5"/>',
] as const;

/** The name of a target behind its mark: the symbol and color that it has in the charts. */
export function markTarget(targetIndex: number, label: Html): Html {
  const shape = shapes[targetIndex % shapes.length] ?? shapes[0];
  return html`<span class="keyed"><svg viewBox="0 0 10 10" aria-hidden="true" style="fill:var(--chart-${(targetIndex % seriesColourCount) + 1})">${raw(shape)}</svg>${label}</span>`;
}
