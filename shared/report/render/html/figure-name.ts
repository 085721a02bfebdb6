import { html } from 'hono/html';
import type { Compared } from '../../model/compared.ts';
import { metricTitle } from '../../words/metric-titles.ts';
import type { Html } from './html.ts';

/** "Time to first token (TTFT), median", and below it the name that the definitions have. */
export function figureName({ metric, statistic, window }: Pick<Compared, 'metric' | 'statistic' | 'window'>): Html {
  const parts = [
    metricTitle(metric),
    ...(statistic === null ? [] : [statistic === 'p50' ? 'median' : statistic]),
    ...(window === null ? [] : [`${window} window`]),
  ];
  return html`${parts.join(', ')}<small><code>${metric}</code></small>`;
}
