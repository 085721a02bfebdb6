import { html, raw } from 'hono/html';
import type { Report } from '../../model/report.ts';
import { labelReport } from '../../sections/labels.ts';
import { pageTheme } from '../charts/chart-theme.ts';
import { buildChart, chartNames } from '../charts/charts.ts';
import { drawChart } from '../charts/draw-chart.ts';
import type { Html } from './write-words.ts';

/** The charts that the report can carry, each with its figures in words, and why it cannot carry the others. */
export function writeCharts(report: Report): Html {
  const labels = labelReport(report);
  const built = chartNames.map((name) => ({ name, chart: buildChart(report, labels, name) }));
  const figures = built.flatMap(({ name, chart }) => {
    if ('withheld' in chart) return [];
    const svg = drawChart(chart, { theme: pageTheme, id: `chart-${name}`, source: null });
    const words = chart.words.map((line) => html`<li>${line}</li>`);
    return [
      html`<figure><figcaption><h3>${chart.title}</h3><p>${chart.subtitle}</p></figcaption>${raw(svg)}<details><summary>The figures in words</summary><ul>${words}</ul></details></figure>`,
    ];
  });
  const withheld = Map.groupBy(
    built.flatMap(({ name, chart }) => ('withheld' in chart ? [{ name, reason: chart.withheld }] : [])),
    ({ reason }) => reason,
  );
  const notes = [...withheld].map(([reason, own]) => `${own.map(({ name }) => name).join(', ')} (${reason})`);
  const note = notes.length === 0 ? '' : html`<p class="legend">Not drawn: ${notes.join('; ')}.</p>`;
  return html`<div class="charts">${figures}</div>${note}`;
}
