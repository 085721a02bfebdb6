import { html } from 'hono/html';
import type { Report } from '../../model/report.ts';
import { dataTable } from './data-table.ts';
import type { Html } from './html.ts';

/** Unit, formula and basis of every metric that the report names. */
export function renderDefinitions({ metrics, run }: Report): Html {
  const rows = Object.entries(metrics).map(([name, { unit, formula, basis, over, description }]) => [
    html`<code>${name}</code>`,
    unit,
    html`<code>${formula}</code>`,
    basis,
    over,
    description,
  ]);
  const times =
    run.source === 'imported'
      ? 'Times and counts are as LLMPerf recorded them.'
      : 'Times are from one monotonic clock per worker. Token counts are by the Llama 2 tokenizer, the same rule for every target; cost is by the server’s usage where it gives one.';
  return html`<p>${times} Quantiles interpolate between raw values (type 7).</p>${dataTable({
    caption: 'Definitions',
    head: ['Metric', 'Unit', 'Formula', 'Counted on', 'Over', 'Meaning'],
    rows,
    textColumns: 6,
  })}`;
}
