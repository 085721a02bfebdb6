import type { CustomSeriesRenderItem } from 'echarts';
import type { Series } from '../../sections/chart.ts';
import type { ChartTheme } from './chart-theme.ts';
import { fontSize } from './make-axes.ts';

type SeriesOf<Kind extends Series['kind']> = Extract<Series, { kind: Kind }>;

const symbols = ['circle', 'rect', 'triangle', 'diamond', 'roundRect'] as const;
const halfCapPx = 5;

/** Returns the chart library's options for a series. */
export function drawSeries(series: Series, theme: ChartTheme) {
  const { panelIndex = 0 } = series;
  return { ...drawKind(series, theme), silent: true, xAxisIndex: panelIndex, yAxisIndex: panelIndex };
}

function drawKind(series: Series, theme: ChartTheme) {
  switch (series.kind) {
    case 'line':
      return drawLine(series, theme);
    case 'marks':
      return drawMarks(series, theme);
    case 'intervals':
      return drawIntervals(series, theme);
  }
}

/** Draws a vertical line at 1, where two targets do not differ. */
export function drawUnity(theme: ChartTheme) {
  const lineStyle = { color: theme.ink, width: 1.25, type: 'solid' };
  const markLine = { silent: true, symbol: 'none', label: { show: false }, lineStyle, data: [{ xAxis: 1 }] };
  return { type: 'line', name: 'no difference', silent: true, symbol: 'none', data: [], markLine };
}

/** Returns a target's color and symbol. Either one alone identifies the target, unless there are many targets. */
function chooseStyle(theme: ChartTheme, targetIndex: number): { color: string; symbol: string } {
  const color = theme.series[targetIndex % theme.series.length] ?? theme.ink;
  return { color, symbol: symbols[targetIndex % symbols.length] ?? 'circle' };
}

function hollowSymbol(theme: ChartTheme, color: string) {
  const paper = theme.paper === 'none' ? 'var(--chart-paper)' : theme.paper;
  return { color: paper, borderColor: color, borderWidth: 1.75 };
}

function placePoints({ points }: SeriesOf<'line' | 'marks'>): (number | string)[][] {
  return points.map(([x, y]) => [x, y ?? '-']);
}

function drawLine(line: SeriesOf<'line'>, theme: ChartTheme) {
  const { name, targetIndex, widthPx, isDashed, mark } = line;
  const { color, symbol } = chooseStyle(theme, targetIndex);
  const marks = {
    none: { symbol: 'none' },
    symbol: { symbol, symbolSize: 9 },
    hollow: { symbol, symbolSize: 9, itemStyle: hollowSymbol(theme, color) },
    dot: { symbol: 'circle', showSymbol: true, symbolSize: 3, connectNulls: false },
  }[mark ?? 'none'];
  const lineStyle = { color, width: widthPx, type: isDashed ? 'dashed' : 'solid' };
  return { type: 'line', name, lineStyle, itemStyle: { color }, ...marks, data: placePoints(line) };
}

function drawMarks(marks: SeriesOf<'marks'>, theme: ChartTheme) {
  const { name, sizePx, offsetPx = 0, label } = marks;
  const position = label?.isBelow ? 'bottom' : 'top';
  return {
    type: 'scatter',
    name,
    symbolSize: sizePx,
    symbolOffset: [0, offsetPx],
    ...styleMarks(marks, theme),
    ...(label && {
      label: { show: true, position, color: theme.ink, fontSize: fontSize - 1, formatter: label.text },
    }),
    data: placePoints(marks),
  };
}

function styleMarks({ targetIndex, isHollow, isFaint }: SeriesOf<'marks'>, theme: ChartTheme) {
  if (targetIndex === null)
    return {
      symbol: 'path://M-4 -4L4 4M-4 4L4 -4',
      itemStyle: { color: 'none', borderColor: theme.bad, borderWidth: 2 },
    };
  const { color, symbol } = chooseStyle(theme, targetIndex);
  const itemStyle = isHollow ? hollowSymbol(theme, color) : isFaint ? { color, opacity: 0.5 } : { color };
  return { symbol, itemStyle };
}

/** Draws intervals as lines with end caps. */
function drawIntervals(series: SeriesOf<'intervals'>, theme: ChartTheme) {
  const { targetIndex, intervals, isUpright, isDashed = false, offsetPx = 0 } = series;
  const { color } = chooseStyle(theme, targetIndex);
  const renderItem: CustomSeriesRenderItem = (_, api) => {
    const [at, low, high] = [0, 1, 2].map((dimension) => Number(api.value(dimension)));
    const [x1 = 0, y1 = 0] = api.coord(isUpright ? [at, low] : [low, at]);
    const [x2 = 0, y2 = 0] = api.coord(isUpright ? [at, high] : [high, at]);
    const d = isUpright
      ? `M${x1 - halfCapPx} ${y1}h${2 * halfCapPx}M${x1} ${y1}V${y2}M${x1 - halfCapPx} ${y2}h${2 * halfCapPx}`
      : `M${x1} ${y1 + offsetPx - halfCapPx}v${2 * halfCapPx}M${x1} ${y1 + offsetPx}H${x2}M${x2} ${y1 + offsetPx - halfCapPx}v${2 * halfCapPx}`;
    const lineDash = isDashed ? [3, 2] : ('solid' as const);
    return { type: 'path', shape: { d }, style: { stroke: color, fill: 'none', lineWidth: 1.5, lineDash } };
  };
  return {
    type: 'custom',
    renderItem,
    // Clipping would cut off end caps at the edge of the plot.
    clip: false,
    encode: isUpright ? { x: 0, y: [1, 2] } : { x: [1, 2], y: 0 },
    data: intervals.flatMap(({ at, interval }) => (interval === null ? [] : [[at, interval.low, interval.high]])),
  };
}
