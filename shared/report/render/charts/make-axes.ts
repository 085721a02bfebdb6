import type { Axis, Panel, Rows } from '../../sections/chart.ts';
import { formatShort } from '../../words/format-text.ts';
import type { ChartTheme } from './chart-theme.ts';

export const fontSize = 13;
/** Width in px that a vertical axis needs for its labels. */
const axisLabelPx = 52;
/** Estimated mean width of a character as a share of the font size. The server does not know the reader's font. */
const characterShare = 0.56;

export function measureTextPx(text: string): number {
  return [...text].length * fontSize * characterShare;
}

/** Returns the width in px that the labels of a vertical axis need. */
export function measureLabelsPx(y: Axis | Rows): number {
  return 'rows' in y ? Math.ceil(Math.max(0, ...y.rows.map(measureTextPx))) + 14 : axisLabelPx;
}

/** Makes two axes for each panel: one below the plot, and one on its left with the name above the axis. */
export function makeAxes(panels: readonly Panel[], theme: ChartTheme) {
  return {
    xAxis: panels.map(({ x }, gridIndex) => ({
      ...makeValueAxis(x, theme),
      nameLocation: 'middle',
      nameGap: 30,
      gridIndex,
    })),
    yAxis: panels.map(({ y }, gridIndex) => ({
      ...('rows' in y ? makeRowAxis(y, theme) : makeVerticalAxis(y, theme)),
      gridIndex,
    })),
  };
}

function makeVerticalAxis(y: Axis, theme: ChartTheme) {
  const axis = makeValueAxis(y, theme);
  const nameTextStyle = { ...axis.nameTextStyle, align: 'left', padding: [0, 0, 0, 6 - axisLabelPx] };
  return { ...axis, nameLocation: 'end', nameGap: 10, nameTextStyle };
}

/** Label options that differ between scales. */
const scaleLabels = {
  logarithmic: {},
  time: { showMaxLabel: false },
  ratio: { formatter: formatRatio, showMinLabel: false, showMaxLabel: false },
};

function makeValueAxis({ name, scale, isTight = false, ticks, ...rest }: Axis, theme: ChartTheme) {
  const style = makeAxisStyle(theme);
  const at = ticks === undefined ? {} : { customValues: [...ticks] };
  const own = scale === undefined ? {} : scaleLabels[scale];
  return {
    ...style,
    axisTick: { ...style.axisTick, ...at },
    axisLabel: { ...style.axisLabel, ...at, ...own, hideOverlap: true, show: name !== '' },
    ...(scale === 'logarithmic' ? { type: 'log', logBase: 2 } : { type: 'value', scale: isTight }),
    name,
    ...rest,
  };
}

function makeRowAxis({ rows, hasLines = false }: Rows, theme: ChartTheme) {
  const style = makeAxisStyle(theme);
  return {
    ...style,
    type: 'category',
    data: [...rows],
    inverse: true,
    axisTick: { show: false },
    splitLine: { ...style.splitLine, show: hasLines },
    axisLabel: { ...style.axisLabel, color: theme.ink, interval: 0 },
  };
}

function makeAxisStyle(theme: ChartTheme) {
  return {
    axisLine: { show: true, onZero: false, lineStyle: { color: theme.soft } },
    axisTick: { show: true, lineStyle: { color: theme.soft } },
    splitLine: { show: true, lineStyle: { color: theme.line } },
    axisLabel: { color: theme.soft, fontSize },
    nameTextStyle: { color: theme.soft, fontSize },
  };
}

function formatRatio(value: number): string {
  return value >= 10 ? formatShort(value) : String(Number(value.toFixed(3)));
}
