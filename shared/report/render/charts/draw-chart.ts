import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { wrapText } from '../text/wrap-text.ts';
import { fontSize, measureTextPx } from './axis.ts';
import type { Chart } from './chart.ts';
import type { ChartTheme } from './chart-theme.ts';
import { finishSvg } from './finish-svg.ts';

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
/** In a page it may be shown on a phone: the narrower it is drawn, the less its text shrinks there. */
const pageWidthPx = 470;
const marginPx = 16;
const legendRowPx = 22;
/** What a name of the legend takes besides its own width: its symbol and the gaps about it. */
const legendItemPx = 25 + 5 + 14;
const axisNamePx = 28;
const axisPx = 52;
const titlePx = 26;
const lineHeightPx = 17;

export type DrawOptions = {
  theme: ChartTheme;
  /** Unlike that of any other chart in the same document: the start of its ids. */
  id: string;
  /** With title, subtitle and a line that says where it comes from in the picture; null where text around it says so. */
  source: string | null;
};

/** A chart as the text of an SVG element: the same chart and options, the same bytes. */
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
        // Rows are broken here, so that what is below them is placed right.
        width: 10 * widthPx,
        selectedMode: false,
        itemGap: 14,
        itemHeight: 10,
        textStyle: { color: theme.ink, fontSize },
        ...readLegend(option['legend']),
      })),
      title: source === null ? [] : titles(chart, subtitle, source, theme, height),
    });
    return finishSvg(instance.renderToSVGString({ useViewBox: true }), { id, title: chart.title, words: chart.words });
  } finally {
    // Or its timers live on.
    instance.dispose();
  }
}

/** Grids relative to the plot, on the canvas. */
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

/** The names of the legend, row by row. */
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

function titles(chart: Chart, subtitle: readonly string[], source: string, theme: ChartTheme, height: number) {
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
