import type { Report } from '../../model/report.ts';
import { labelReport } from '../../sections/labels.ts';
import { chooseOriginWords } from '../../words/origin-words.ts';
import { type ChartThemeName, chartThemes } from './chart-theme.ts';
import { buildChart, type ChartName } from './charts.ts';
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
  const chart = buildChart(report, labelReport(report), name);
  if ('withheld' in chart) return { svg: null, ...chart };
  const { runId, manifestSha256 } = report.run;
  const origin = `${runId} · ${chooseOriginWords(report.run).hashed.toLowerCase()} ${manifestSha256.slice(0, 16)} · Tokenmeter ${report.tokenmeterVersion}`;
  return { svg: drawChart(chart, { theme: chartThemes[theme], id: name, source: origin }), withheld: null };
}
