import type { CustomSeriesRenderItem } from 'echarts';
import type { Interval } from '../../../stats/interval.ts';
import type { ChartTheme } from './chart-theme.ts';

const symbols = ['circle', 'rect', 'triangle', 'diamond', 'roundRect'] as const;
const halfCapPx = 5;

type Style = { color: string; symbol: string };
type Data = readonly (readonly (number | string)[])[];

/** How a target is drawn: by its color and its symbol, so that neither is needed alone. */
export function chooseStyle(theme: ChartTheme, targetIndex: number): Style {
  const color = theme.series[targetIndex % theme.series.length] ?? theme.ink;
  return { color, symbol: symbols[targetIndex % symbols.length] ?? 'circle' };
}

/** A line without symbols; solid or dashed. */
export function drawLine(name: string, color: string, data: Data, style: { width: number; isDashed: boolean }) {
  const lineStyle = { color, width: style.width, type: style.isDashed ? 'dashed' : 'solid' };
  return { type: 'line', name, silent: true, symbol: 'none', lineStyle, itemStyle: { color }, data };
}

/** A symbol at each place. */
export function drawMarks(name: string, { color, symbol }: Style, data: Data, symbolSize = 8) {
  return { type: 'scatter', name, silent: true, symbol, symbolSize, itemStyle: { color }, data };
}

/** An interval at a place on the other axis; null where there is none. */
export type Whisker = { at: number; interval: Pick<Interval, 'low' | 'high'> | null };

/**
 * Intervals as lines with caps: upright where the values lie on the vertical axis, else lying.
 * @param options offsetPx moves lying ones down, out of the way of others at the same place
 */
export function drawWhiskers(
  color: string,
  whiskers: readonly Whisker[],
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
    // Or half of a cap is lost at the edge of the plot.
    clip: false,
    encode: isUpright ? { x: 0, y: [1, 2] } : { x: [1, 2], y: 0 },
    data: whiskers.flatMap(({ at, interval }) => (interval === null ? [] : [[at, interval.low, interval.high]])),
  };
}
