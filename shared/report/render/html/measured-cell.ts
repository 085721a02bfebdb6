import { html } from 'hono/html';
import type { Interval } from '../../../stats/interval.ts';
import { formatShort } from '../../words/format-number.ts';
import type { Footnotes } from '../text/footnotes.ts';
import type { Html } from './html.ts';

/**
 * A number with its 95 % interval below it; where there is no number, a dash with the number of its reason, and where an interval is
 * withheld for one, that below the number.
 */
export function measuredCell(
  value: number | null,
  interval: Interval | null,
  reason: string | null,
  footnotes: Footnotes,
  format: (value: number) => string = formatShort,
  whyNoInterval: string | null = null,
): string | Html {
  if (value === null) return footnotes.missing(reason);
  const show = (each: number) => format(each).replace(/^-/, '−');
  if (interval === null)
    return whyNoInterval === null
      ? show(value)
      : html`${show(value)}<small>${footnotes.missing(whyNoInterval)}</small>`;
  return html`${show(value)}<small>${show(interval.low)} to ${show(interval.high)}</small>`;
}
