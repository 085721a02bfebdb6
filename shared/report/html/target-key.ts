import { html } from 'hono/html';
import { seriesColourCount } from '../charts/chart-theme.ts';
import type { Html } from './html.ts';

const marks = ['●', '■', '▲', '◆', '⬢'] as const;

/** The mark of a target, in its colour: the same as in the charts. */
export function targetKey(target: number): Html {
  return html`<span class="key" style="color:var(--chart-${(target % seriesColourCount) + 1})" aria-hidden="true">${marks[target % marks.length]}</span>`;
}
