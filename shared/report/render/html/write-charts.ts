import { html, raw } from 'hono/html';
import type { Report } from '../../model/report.ts';
import { labelReport } from '../../sections/labels.ts';
import { buildChart } from '../charts/build-chart.ts';
import { chartNames } from '../charts/chart-names.ts';
import { pageTheme } from '../charts/chart-theme.ts';
import { drawChart } from '../charts/draw-chart.ts';
import type { Html } from './write-words.ts';

/** The charts that the report can carry, each with its figures in words, and why it cannot carry the others. */
export function writeCharts(report: Report): Html {
  const labels = labelReport(report);
  const built = chartNames.map((name) => ({ name, ...buildChart(report, name, labels) }));
  const figures = built.flatMap(({ name, chart }) => {
    if (chart === null) return [];
    const svg = drawChart(chart, { theme: pageTheme, id: `chart-${name}`, source: null });
    const words = chart.words.map((line) => html`<li>${line}</li>`);
    return [
      html`<figure><figcaption><h3>${chart.title}</h3><p>${chart.subtitle}</p></figcaption>${raw(svg)}<details><summary>The figures in words</summary><ul>${words}</ul></details></figure>`,
    ];
  });
  const reasons = [...new Set(built.flatMap(({ withheld }) => withheld ?? []))];
  const withheld = reasons.map((reason) => {
    const own = built.filter((each) => each.withheld === reason).map(({ name }) => name);
    return `${own.join(', ')} (${reason})`;
  });
  const note = withheld.length === 0 ? '' : html`<p class="legend">Not drawn: ${withheld.join('; ')}.</p>`;
  return html`<div class="charts">${figures}</div>${note}`;
}
