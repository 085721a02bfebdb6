import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Report } from '../../model/report.ts';
import { labelReport } from '../../sections/labels.ts';
import { chooseOriginWords } from '../../sections/write-method.ts';
import { escapeHtml } from '../../words/format-text.ts';
import { wrapText } from '../align-columns.ts';
import { type Chart, type ChartTheme, type ChartThemeName, chartThemes } from './chart.ts';
import { buildChart, type ChartName } from './charts.ts';
import { fontSize, measureTextPx } from './draw-plot.ts';

use([
  CustomChart,
  LineChart,
  ScatterChart,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
  SVGRenderer,
]);

const standaloneWidthPx = 560;
/** Width in px of a chart in a page: less than standalone, so that the text stays readable on a phone. */
const pageWidthPx = 470;
const marginPx = 16;
const legendRowPx = 22;
/** Width in px of a legend item without its name: the symbol and the gaps. */
const legendItemPx = 25 + 5 + 14;
const axisNamePx = 28;
const axisPx = 52;
const titlePx = 26;
const lineHeightPx = 17;

type DrawOptions = {
  theme: ChartTheme;
  /** A prefix that makes the SVG's element ids unique in the document. */
  id: string;
  /** Text below the chart that identifies the run. If null, the chart also omits title and subtitle. */
  source: string | null;
};

/** Draws a chart as a standalone SVG document whose last line identifies the run, or returns why it has no data. */
export function renderChart(
  report: Report,
  name: ChartName,
  theme: ChartThemeName,
): { svg: string; reason: null } | { svg: null; reason: string } {
  const chart = buildChart(report, labelReport(report), name);
  if ('reason' in chart) return { svg: null, ...chart };
  const { runId, manifestSha256 } = report.run;
  const source = `${runId} · ${chooseOriginWords(report.run).hashed.toLowerCase()} ${manifestSha256.slice(0, 16)} · Tokenmeter ${report.tokenmeterVersion}`;
  return { svg: drawChart(chart, { theme: chartThemes[theme], id: name, source }), reason: null };
}

/** Draws a chart as an SVG element. The same chart and options always give the same bytes. */
export function drawChart(chart: Chart, { theme, id, source }: DrawOptions): string {
  const widthPx = source === null ? pageWidthPx : standaloneWidthPx;
  const subtitle = source === null ? [] : wrapText(chart.subtitle, 78);
  const head = source === null ? 0 : marginPx / 2 + titlePx + subtitle.length * lineHeightPx;
  const legendTop = head + 4;
  const legend = breakLegend(chart.legend, widthPx);
  const plotTop = legendTop + legend.length * legendRowPx + axisNamePx;
  const foot = axisPx + (source === null ? 0 : 24);
  const height = plotTop + chart.plotHeight + foot;
  const instance = init(null, null, { renderer: 'svg', ssr: true, width: widthPx, height });
  try {
    const option = chart.option(theme);
    const text = { fontFamily: 'sans-serif', fontWeight: 'normal' as const };
    instance.setOption({
      ...option,
      animation: false,
      backgroundColor: theme.paper === 'none' ? 'transparent' : theme.paper,
      textStyle: { color: theme.ink, ...text },
      grid: placeGrids(option['grid'], plotTop, chart),
      legend: legend.map((names, row) => ({
        data: names,
        top: legendTop + row * legendRowPx,
        left: marginPx / 2,
        // The library must never wrap this wide legend, because the positions below depend on the number of rows.
        width: 10 * widthPx,
        selectedMode: false,
        itemGap: 14,
        itemHeight: 10,
        textStyle: { color: theme.ink, fontSize },
        ...readLegend(option['legend']),
      })),
      title: source === null ? [] : makeTitles(chart, subtitle, source, theme, height),
    });
    return finishSvg(instance.renderToSVGString({ useViewBox: true }), { id, title: chart.title, words: chart.words });
  } finally {
    // Stops the chart library's timers.
    instance.dispose();
  }
}

/** Converts grid positions relative to the plot to positions relative to the canvas. */
function placeGrids(grids: unknown, plotTop: number, { plotHeight, left }: Chart) {
  const all: { top: number; height: number }[] = Array.isArray(grids) ? grids : [{ top: 0, height: plotHeight }];
  return all.map(({ top, height }) => ({
    top: plotTop + top,
    height,
    left,
    right: marginPx + 8,
    outerBoundsMode: 'none',
  }));
}

function readLegend(own: unknown): object {
  return typeof own === 'object' && own !== null ? own : {};
}

function breakLegend(names: readonly string[], widthPx: number): string[][] {
  const rows: string[][] = [];
  let freePx = 0;
  for (const name of names) {
    const ownPx = legendItemPx + measureTextPx(name);
    if (rows.length === 0 || ownPx > freePx) {
      rows.push([]);
      freePx = widthPx - marginPx;
    }
    rows.at(-1)?.push(name);
    freePx -= ownPx;
  }
  return rows;
}

function makeTitles(chart: Chart, subtitle: readonly string[], source: string, theme: ChartTheme, height: number) {
  const place = { left: marginPx / 2, padding: 0 };
  return [
    {
      ...place,
      top: marginPx / 2,
      text: chart.title,
      subtext: subtitle.join('\n'),
      itemGap: 8,
      textStyle: { color: theme.ink, fontSize: 17, fontWeight: 'bold' as const },
      subtextStyle: { color: theme.soft, fontSize, lineHeight: lineHeightPx },
    },
    {
      ...place,
      top: height - 20,
      text: source,
      textStyle: { color: theme.soft, fontSize: 11, fontWeight: 'normal' as const },
    },
  ];
}

/**
 * Adds a title and a description to the library's SVG and removes mouse-pointer styles. Replaces the element ids, which
 * the library numbers differently each time, with reproducible ids.
 */
function finishSvg(svg: string, { id, title, words }: { id: string; title: string; words: readonly string[] }): string {
  const [opening = ''] = /^<svg [^>]*>/.exec(svg) ?? [];
  const viewBox = /viewBox="([^"]*)"/.exec(opening)?.[1];
  if (viewBox === undefined) throw new Error('The SVG of the chart library has no view box');
  const body = svg
    .slice(opening.length)
    .replaceAll(/<style ?>[\s\S]*?<\/style>/g, '')
    .replaceAll(/ class="zr\d+-cls-\d+"/g, '')
    .replaceAll(' pointer-events="visible"', '')
    .replaceAll(/ ecmeta_\w+="[^"]*"/g, '')
    .replaceAll(/><\/(path|rect|circle|line|polyline|polygon)>/g, '/>')
    .replaceAll(/zr\d+-/g, `${id}-`)
    .replaceAll('font-family:sans-serif;', '');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${viewBox}" role="img" aria-labelledby="${id}-title" aria-describedby="${id}-desc" style="font-family:system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif"><title id="${id}-title">${escapeHtml(title)}</title><desc id="${id}-desc">${escapeHtml(words.join(' '))}</desc>${body}`;
}
