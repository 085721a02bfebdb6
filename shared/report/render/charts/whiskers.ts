import type { CustomSeriesRenderItem } from 'echarts';

const halfCapPx = 5;

/** From `low` to `high` at a place on the other axis. */
export type Whisker = { at: number; low: number; high: number };

/**
 * Intervals as lines with caps: upright where the values lie on the vertical axis, else lying.
 * @param offsetPx moves lying ones down, out of the way of others at the same place
 */
export function whiskers(
  color: string,
  values: readonly Whisker[],
  { upright, dashed = false, offsetPx = 0 }: { upright: boolean; dashed?: boolean; offsetPx?: number },
) {
  const renderItem: CustomSeriesRenderItem = (_, api) => {
    const [at, low, high] = [0, 1, 2].map((dimension) => Number(api.value(dimension)));
    const from = api.coord(upright ? [at, low] : [low, at]);
    const to = api.coord(upright ? [at, high] : [high, at]);
    const [x1 = 0, y1 = 0] = from;
    const [x2 = 0, y2 = 0] = to;
    const d = upright
      ? `M${x1 - halfCapPx} ${y1}h${2 * halfCapPx}M${x1} ${y1}V${y2}M${x1 - halfCapPx} ${y2}h${2 * halfCapPx}`
      : `M${x1} ${y1 + offsetPx - halfCapPx}v${2 * halfCapPx}M${x1} ${y1 + offsetPx}H${x2}M${x2} ${y1 + offsetPx - halfCapPx}v${2 * halfCapPx}`;
    const lineDash = dashed ? [3, 2] : ('solid' as const);
    return { type: 'path', shape: { d }, style: { stroke: color, fill: 'none', lineWidth: 1.5, lineDash } };
  };
  return {
    type: 'custom',
    silent: true,
    renderItem,
    // Or half of a cap is lost at the edge of the plot.
    clip: false,
    encode: upright ? { x: 0, y: [1, 2] } : { x: [1, 2], y: 0 },
    data: values.map(({ at, low, high }) => [at, low, high]),
  };
}
