import { html } from 'hono/html';
import type { Interval } from '../../stats/interval.ts';
import type { Footnotes } from '../text/footnotes.ts';
import { formatShort } from '../text/format-number.ts';
import type { Html } from './html.ts';

/** A number with its 95 % interval below it; where there is none, a dash with the number of its reason. */
export function measuredCell(
  value: number | null,
  interval: Interval | null,
  reason: string | null,
  footnotes: Footnotes,
  format: (value: number) => string = formatShort,
): string | Html {
  if (value === null) return footnotes.missing(reason);
  const show = (each: number) => format(each).replace(/^-/, '−');
  if (interval === null) return show(value);
  return html`${show(value)}<small>${show(interval.low)} to ${show(interval.high)}</small>`;
}
