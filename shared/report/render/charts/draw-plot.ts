import type { CustomSeriesRenderItem } from 'echarts';
import type { Interval } from '../../../stats/interval.ts';
import type { ChartTheme } from './chart.ts';

export const fontSize = 13;

type AxisOptions = {
  name: string;
  logarithmic?: boolean;
  /** Whether the axis starts at the smallest value instead of zero. */
  scale?: boolean;
  min?: number;
  max?: number;
  splitNumber?: number;
  /** Positions of the ticks. Default: round values. */
  ticks?: readonly number[];
};

export function makeHorizontalAxis(theme: ChartTheme, options: AxisOptions) {
  return { ...makeValueAxis(theme, options), nameLocation: 'middle', nameGap: 30 };
}

/** Makes a numeric axis left of the plot, with the axis name above it. */
export function makeVerticalAxis(theme: ChartTheme, options: AxisOptions) {
  const axis = makeValueAxis(theme, options);
  return {
    ...axis,
    nameLocation: 'end',
    nameGap: 10,
    nameTextStyle: { ...axis.nameTextStyle, align: 'left', padding: [0, 0, 0, 6 - axisLabelRoom] },
  };
}

/** Width in px that a vertical axis needs for its labels. */
export const axisLabelRoom = 52;

function makeValueAxis(theme: ChartTheme, { name, logarithmic = false, scale = false, ticks, ...rest }: AxisOptions) {
  const style = makeAxisStyle(theme);
  const at = ticks === undefined ? {} : { customValues: [...ticks] };
  return {
    ...style,
    axisTick: { ...style.axisTick, ...at },
    axisLabel: { ...style.axisLabel, ...at, hideOverlap: true },
    type: logarithmic ? 'log' : 'value',
    ...(logarithmic ? { logBase: 2 } : { scale }),
    name,
    ...rest,
  };
}

export function makeRowAxis(theme: ChartTheme, names: readonly string[]) {
  const style = makeAxisStyle(theme);
  return {
    ...style,
    type: 'category',
    data: [...names],
    inverse: true,
    axisTick: { show: false },
    splitLine: { show: false },
    axisLabel: { ...style.axisLabel, color: theme.ink, interval: 0 },
  };
}

function makeAxisStyle(theme: ChartTheme) {
  const line = { show: true, lineStyle: { color: theme.line } };
  return {
    axisLine: { show: true, onZero: false, lineStyle: { color: theme.soft } },
    axisTick: { show: true, lineStyle: { color: theme.soft } },
    splitLine: line,
    axisLabel: { color: theme.soft, fontSize },
    nameTextStyle: { color: theme.soft, fontSize },
  };
}

/** Estimated mean width of a character as a share of the font size. The server does not know the reader's font. */
const characterShare = 0.56;

export function measureTextPx(text: string): number {
  return [...text].length * fontSize * characterShare;
}

/** Returns the width in px that the longest name needs on the left side of a plot. */
export function measureLabelRoom(names: readonly string[]): number {
  return Math.ceil(Math.max(0, ...names.map(measureTextPx))) + 14;
}

const symbols = ['circle', 'rect', 'triangle', 'diamond', 'roundRect'] as const;
const halfCapPx = 5;

type Style = { color: string; symbol: string };
type Data = readonly (readonly (number | string)[])[];

/** Returns a target's color and symbol. Either one alone identifies the target, unless there are many targets. */
export function chooseStyle(theme: ChartTheme, targetIndex: number): Style {
  const color = theme.series[targetIndex % theme.series.length] ?? theme.ink;
  return { color, symbol: symbols[targetIndex % symbols.length] ?? 'circle' };
}

export function drawLine(name: string, color: string, data: Data, style: { width: number; isDashed: boolean }) {
  const lineStyle = { color, width: style.width, type: style.isDashed ? 'dashed' : 'solid' };
  return { type: 'line', name, silent: true, symbol: 'none', lineStyle, itemStyle: { color }, data };
}

export function drawMarks(name: string, { color, symbol }: Style, data: Data, symbolSize = 8) {
  return { type: 'scatter', name, silent: true, symbol, symbolSize, itemStyle: { color }, data };
}

/**
 * Draws intervals as lines with end caps. `at` is an interval's position on the other axis.
 * @param options isUpright: whether values are on the vertical axis; offsetPx: how far to move horizontal lines down
 */
export function drawWhiskers(
  color: string,
  whiskers: readonly { at: number; interval: Pick<Interval, 'low' | 'high'> | null }[],
  { isUpright, isDashed = false, offsetPx = 0 }: { isUpright: boolean; isDashed?: boolean; offsetPx?: number },
) {
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
    silent: true,
    renderItem,
    // Clipping would cut off end caps at the edge of the plot.
    clip: false,
    encode: isUpright ? { x: 0, y: [1, 2] } : { x: [1, 2], y: 0 },
    data: whiskers.flatMap(({ at, interval }) => (interval === null ? [] : [[at, interval.low, interval.high]])),
  };
}
