import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Chart, Panel } from '../../sections/chart.ts';
import { escapeHtml } from '../../words/format-text.ts';
import { wrapText } from '../align-columns.ts';
import type { ChartTheme } from './chart-theme.ts';
import { drawSeries, drawUnity } from './draw-series.ts';
import { fontSize, makeAxes, measureLabelsPx, measureTextPx } from './make-axes.ts';

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
/** Width in px of a chart in a page. Narrower than a standalone chart, so that the text stays readable on a phone. */
const pageWidthPx = 470;
const marginPx = 16;
const legendRowPx = 22;
/** Width in px of a legend item without its name: the symbol and the gaps. */
const legendItemPx = 25 + 5 + 14;
const axisNamePx = 28;
const axisPx = 52;
const titlePx = 26;
const lineHeightPx = 17;
/** Vertical distance in px between two panels. */
const panelGapPx = 54;

type DrawOptions = {
  theme: ChartTheme;
  /** A prefix that makes the SVG's element ids unique in the document. */
  id: string;
  /** Text that identifies the run, below the chart. If null, the chart also omits title and subtitle. */
  source: string | null;
};

/** Renders a chart as an SVG element. The same chart and options always give the same bytes. */
export function renderChart(chart: Chart, { theme, id, source }: DrawOptions): string {
  const { title, words } = chart;
  const widthPx = source === null ? pageWidthPx : standaloneWidthPx;
  const subtitle = source === null ? [] : wrapText(chart.subtitle, 78);
  const head = source === null ? 0 : marginPx / 2 + titlePx + subtitle.length * lineHeightPx;
  const legendTop = head + 4;
  const legend = breakLegend(chart.legend, widthPx);
  const grid = placePanels(chart.panels, legendTop + legend.length * legendRowPx + axisNamePx);
  const { top = 0, height: lowest = 0 } = grid.at(-1) ?? {};
  const height = top + lowest + axisPx + (source === null ? 0 : 24);
  const instance = init(null, null, { renderer: 'svg', ssr: true, width: widthPx, height });
  try {
    const text = { fontFamily: 'sans-serif', fontWeight: 'normal' as const };
    const unity = chart.panels.some(({ x }) => x.scale === 'ratio') ? [drawUnity(theme)] : [];
    instance.setOption({
      animation: false,
      backgroundColor: theme.paper === 'none' ? 'transparent' : theme.paper,
      textStyle: { color: theme.ink, ...text },
      grid,
      ...makeAxes(chart.panels, theme),
      series: [...unity, ...chart.series.map((series) => drawSeries(series, theme))],
      legend: legend.map((names, row) => ({
        data: names,
        top: legendTop + row * legendRowPx,
        left: marginPx / 2,
        // This width prevents line breaks in the legend, because other positions depend on the number of rows.
        width: 10 * widthPx,
        selectedMode: false,
        itemGap: 14,
        itemHeight: 10,
        textStyle: { color: theme.ink, fontSize },
        ...styleLegend(chart),
      })),
      title: source === null ? [] : makeTitles(title, subtitle, source, theme, height),
    });
    return finishSvg(instance.renderToSVGString({ useViewBox: true }), { id, title, words });
  } finally {
    // Stops the chart library's timers.
    instance.dispose();
  }
}

/** Places the panels below each other. `top` is the first panel's position in px. */
function placePanels(panels: readonly Panel[], top: number) {
  let next = top;
  return panels.map(({ heightPx: height, y }) => {
    const place = { top: next, height, left: measureLabelsPx(y), right: marginPx + 8, outerBoundsMode: 'none' };
    next += height + panelGapPx;
    return place;
  });
}

/** The legend shows marks without a line, and faint marks in full color. */
function styleLegend({ legend, series }: Chart): object {
  const named = series.find((each) => each.kind === 'marks' && each.name === legend[0]);
  if (named?.kind !== 'marks') return {};
  return { itemWidth: 10, ...(named.isFaint && { itemStyle: { opacity: 1 } }) };
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

function makeTitles(title: string, subtitle: readonly string[], source: string, theme: ChartTheme, height: number) {
  const place = { left: marginPx / 2, padding: 0 };
  return [
    {
      ...place,
      top: marginPx / 2,
      text: title,
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
