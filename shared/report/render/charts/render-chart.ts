import type { Report } from '../../model/report.ts';
import { buildChart } from './build-chart.ts';
import type { ChartName } from './chart-names.ts';
import { type ChartThemeName, chartThemes } from './chart-theme.ts';
import { drawChart } from './draw-chart.ts';

/**
 * A chart as an SVG document that stands alone, and says in its last line which run it shows.
 * @returns the SVG, or why the report cannot carry the chart
 */
export function renderChart(
  report: Report,
  name: ChartName,
  theme: ChartThemeName,
): { svg: string; withheld: null } | { svg: null; withheld: string } {
  const { chart, withheld } = buildChart(report, name);
  if (chart === null) return { svg: null, withheld };
  const { runId, manifestSha256, source } = report.run;
  const origin = `${runId} · ${source === 'imported' ? 'files' : 'manifest'} ${manifestSha256.slice(0, 16)} · Tokenmeter ${report.tokenmeterVersion}`;
  return { svg: drawChart(chart, { theme: chartThemes[theme], id: name, source: origin }), withheld: null };
}
